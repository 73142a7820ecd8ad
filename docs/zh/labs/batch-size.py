# ---
# title: "实验：几个工作者，多大一批？"
# description: "一份笔记本：把五十道加法交给模型，逐一试不同的工作者数和批大小，画出耗时，并核对答案。"
# ---

# %% [markdown]
# # 实验：几个工作者，多大一批？ { #batch-size }
#
# 工作者分摊等待，批次减少调用次数，而两者都可能让对方白忙。五十道加法交给模型：每条提示里放一道到五十道，由一个到十个线程去问。模型是这份笔记本自己启动的替身，所以不要密钥，也不花钱；等待是模拟的，其余都是真的。
#
# ??? question "先猜一猜"
#     五十道题全放进一条提示，再派十个工作者，比一个工作者快多少？
#
# ## 准备 { #set-up }

# %%
import subprocess
import sys
from importlib.util import find_spec

needed = ("aiohttp", "matplotlib", "requests")
missing = [name for name in needed if not find_spec(name)]
if missing:
    install = ["pip", "install", "-q", *missing]
    subprocess.run([sys.executable, "-m", *install], check=True)

# %% [markdown]
# 替身是一个 Web 服务器，跑在自己的进程里，就像模型跑在别处一样。它也像模型那样，第一个 token 要等一会儿，之后每个 token 再花一点时间，而且不是每次都一样快。和模型不同的是，它从不答错。笔记本一结束它就跟着结束，因为它标准输入的另一头没人握着了。

# %%
import inspect


def stand_in(first_token: float, per_token: float) -> None:
    """Serve a model that adds up; print the port it listens on."""
    import asyncio
    import os
    import random
    import re
    import sys
    import threading

    from aiohttp import web

    async def chat(request: web.Request) -> web.Response:
        ask = await request.json()
        prompt = ask["messages"][0]["content"]
        sums = [int(a) + int(b) for a, b in re.findall(r"(\d+) \+ (\d+)", prompt)]
        tokens = [token for number in sums for token in (str(number), "\n")]
        reply = tokens[: ask.get("max_tokens")]
        mood = random.Random(prompt).uniform(0.6, 1.4)
        await asyncio.sleep(mood * (first_token + per_token * len(reply)))
        finish = "stop" if len(reply) == len(tokens) else "length"
        message = {"role": "assistant", "content": "".join(reply)}
        choice = {"message": message, "finish_reason": finish}
        return web.json_response({"choices": [choice]})

    async def serve() -> None:
        app = web.Application()
        app.router.add_post("/v1/chat/completions", chat)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        print(runner.addresses[0][1], flush=True)
        await asyncio.Event().wait()

    def end_with_notebook() -> None:
        sys.stdin.read()
        os._exit(0)

    threading.Thread(target=end_with_notebook, daemon=True).start()
    asyncio.run(serve())


source = inspect.getsource(stand_in)
program = f"{source}\nstand_in(first_token=0.05, per_token=0.002)"
server = subprocess.Popen(
    [sys.executable, "-c", program],
    stdin=subprocess.PIPE,
    stdout=subprocess.PIPE,
    text=True,
)
URL = f"http://127.0.0.1:{int(server.stdout.readline())}/v1/chat/completions"

# %% [markdown]
# ## 提问 { #ask }
#
# 一批就是一条提示里的几道题，一行一道；回复里一行一个答案。按步长切片不会越界，最后一批不满也用不着特殊处理。

# %%
import requests

QUESTIONS = [f"{number} + {number * 7 % 50}" for number in range(50)]


def batches(size: int) -> list[list[str]]:
    starts = range(0, len(QUESTIONS), size)
    return [QUESTIONS[start : start + size] for start in starts]


def ask(questions: list[str], max_tokens: int | None = None) -> list[str]:
    prompt = "Answer each line with a number:\n" + "\n".join(questions)
    message = {"role": "user", "content": prompt}
    body = {"messages": [message], "max_tokens": max_tokens}
    reply = requests.post(URL, json=body, timeout=30)
    reply.raise_for_status()
    return reply.json()["choices"][0]["message"]["content"].split()


print(ask(["1 + 1", "20 + 22"]))

# %% [markdown]
# ## 逐一试过 { #sweep }
#
# 每种工作者数配每种批大小，每个答案都和正确答案比对。

# %%
import time
from concurrent.futures import ThreadPoolExecutor

WORKERS = (1, 2, 5, 10)
SIZES = (1, 5, 10, 25, 50)
TRUE = [str(number + number * 7 % 50) for number in range(50)]


def measure(workers: int, size: int) -> float:
    start = time.perf_counter()
    with ThreadPoolExecutor(workers) as pool:
        replies = list(pool.map(ask, batches(size)))
    elapsed = time.perf_counter() - start
    answers = [answer for reply in replies for answer in reply]
    assert answers == TRUE, "the model got one wrong"
    return elapsed


seconds = {(w, size): measure(w, size) for size in SIZES for w in WORKERS}

print("seconds  workers" + "".join(f"{w:>8}" for w in WORKERS) + "   1 : 5")
for size in SIZES:
    row = "".join(f"{seconds[w, size]:8.2f}" for w in WORKERS)
    gain = seconds[1, size] / seconds[5, size]
    print(f"batch of {size:<7}{row}{gain:6.1f} ×")

# %% [markdown]
# 最后一列是五个工作者换来的加速。只要批数比工作者多，它就略低于五：模型不是每次都一样快，工作者不会同时干完，总要等最后那个。只有两批时，五个里有三个没活干；只有一批时，四个没活干。
#
# 顺着第一列往下看则相反：批越大，一个工作者越省时间，因为每次调用都要为第一个 token 等一回。剩下的是逐个生成 token 的时间，那只有工作者能分摊。

# %% tags=["hide-input"]
import io

from IPython.display import SVG, display
from matplotlib import rc_context
from matplotlib.figure import Figure

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#c4609a", "#b98100")
GREY = "#757d8a"  # this and the colours are readable on white and on black
STYLE = {
    **dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor"), GREY),
    **dict.fromkeys(("xtick.color", "ytick.color"), GREY),
    **dict.fromkeys(("axes.spines.top", "axes.spines.right"), False),
    "font.size": 12,
    "svg.fonttype": "none",
    "svg.hashsalt": "lab",
}


def show(figure: Figure, words: str) -> None:
    """Display a figure as SVG without a background, with words for who can't see it."""
    file = io.StringIO()
    about = {"Title": words, "Date": None}
    figure.savefig(file, format="svg", transparent=True, metadata=about)
    display(SVG(file.getvalue()))


with rc_context(STYLE):
    figure = Figure(figsize=(5.2, 3.2), layout="constrained")
    axes = figure.subplots()
    for size, colour, marker in zip(SIZES, COLOURS, "osD^v", strict=True):
        times = [seconds[w, size] for w in WORKERS]
        name = f"batch of {size}"
        axes.plot(WORKERS, times, color=colour, marker=marker, label=name)
    axes.set(xlabel="workers", xscale="log", yscale="log")
    axes.set_xticks(WORKERS, WORKERS)
    axes.set_yticks(TICKS := (0.1, 0.2, 0.5, 1, 2), TICKS)
    axes.minorticks_off()
    axes.set_title("seconds for 50 answers", loc="left", fontsize="medium")
    legend = {"frameon": False, "labelcolor": "linecolor"}
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), **legend)
    show(figure, "Seconds by workers, a line for each batch size: the table above.")

# %% [markdown]
# ## 回来的东西要看 { #check }
#
# 上面的答案全都比对过，而这个模型天生不会错。真正的模型会错；再限制一下回复的长度，它还会悄悄变得更糟：没有异常，没有错误状态码，只有一份短了的列表。

# %%
replies = [ask(batch, max_tokens=40) for batch in batches(25)]
answers = [answer for reply in replies for answer in reply]
right = sum(a == true for a, true in zip(answers, TRUE, strict=False))
print(f"{len(answers)} answers to {len(QUESTIONS)} questions; {right} at their place")

with server:  # On leaving, its standard input is closed, and it ends.
    pass

# %% [markdown]
# 按位置配对的话，第一处截断之后的答案就都对错了题。回复里只有一个字段说了这件事：`finish_reason` 是 `"length"`，而不是 `"stop"`。要检查它，要数行数，还要抽样和正确答案比一比。
#
# ## 什么时候用 { #use-it-when }
#
# - **多派工作者**：还有批次可分，而且服务的限额允许。
# - **加大批次**：等的主要是第一个 token，而且你能承受一次截断或答错毁掉整批。
#
# ## 自测 { #check-yourself }
#
# 你有五个工作者，想让每人正好一批。批该多大？表格也认为这样最好吗？
#
# ??? question "自测"
#     五十道题分给五个工作者，每批十道：五个都在忙，每人只为第一个 token 等一回。可这样一来，总时间就由最慢的那一批决定。在五个工作者那一列里，和上下两行比比看。
#
# 接着读：[三种客户端](three-clients.py)，从一个请求到几百个请求同时在途；或者[线程池](../blocking/thread-pools.md)。
