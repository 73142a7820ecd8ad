# ---
# title: "实验：三种客户端，从一个到几百个请求在途"
# description: "一份笔记本：测量线程池、执行器和 aiohttp 在 1 到 500 个请求同时在途时的吞吐量和内存。"
# ---

# %% [markdown]
# # 实验：三种客户端，从一个到几百个请求在途 { #three-clients }
#
# 十个请求在途时，所有客户端都一样；到了几百个，差别就出来了。`requests` 加线程池、`requests` 加 `run_in_executor`、aiohttp，对着同一个先等一会儿再回答的服务器：每秒能拿到多少回答，要占多少内存？
#
# ??? question "先猜一猜"
#     从多少个请求在途开始，用哪种客户端才有区别？吞吐量和内存，哪个先拉开差距？
#
# ## 准备 { #set-up }

# %%
import subprocess
import sys
from importlib.util import find_spec

needed = ("aiohttp", "matplotlib", "psutil", "requests")
missing = [name for name in needed if not find_spec(name)]
if missing:
    install = ["pip", "install", "-q", *missing]
    subprocess.run([sys.executable, "-m", *install], check=True)

# %% [markdown]
# 服务的替身是一个 Web 服务器，跑在自己的进程里。它除了等什么也不做，所以多出来的时间，要么花在客户端，要么是它自己在另一头忙不过来。标准输入的另一头没人握着时，它就结束。

# %%
import inspect

try:  # Hundreds of connections need as many open files; some systems allow fewer.
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
except ImportError:  # Windows has no such limit.
    pass


def stand_in(latency: float) -> None:
    """Answer every request after a while; print the port it listens on."""
    import asyncio
    import os
    import sys
    import threading

    from aiohttp import web

    async def answer(request: web.Request) -> web.Response:
        await asyncio.sleep(latency)
        return web.Response(text="42")

    async def serve() -> None:
        app = web.Application()
        app.router.add_get("/", answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
        print(runner.addresses[0][1], flush=True)
        await asyncio.Event().wait()

    def end_with_notebook() -> None:
        sys.stdin.read()
        os._exit(0)

    threading.Thread(target=end_with_notebook, daemon=True).start()
    asyncio.run(serve())


LATENCY = 0.2  # seconds
server = subprocess.Popen(
    [sys.executable, "-c", f"{inspect.getsource(stand_in)}\nstand_in({LATENCY})"],
    stdin=subprocess.PIPE,
    stdout=subprocess.PIPE,
    text=True,
)
URL = f"http://127.0.0.1:{int(server.stdout.readline())}/"

# %% [markdown]
# ## 三种客户端 { #clients }
#
# 每一种都在全新的进程里测，从少到多：进程拿到手的内存很少归还，所以三种客户端不能共用一个进程，每一档看到的都是到此为止的最大值。两个库都保持连接不断，`requests` 每个线程一个会话。

# %%
import json


def measure(client: str, url: str, levels: list[int]) -> None:
    """Print, for each level, the answers per second and the memory taken, as JSON."""
    import asyncio
    import json
    import threading
    import time
    from concurrent.futures import ThreadPoolExecutor

    import aiohttp
    import psutil
    import requests

    local = threading.local()

    def ask_blocking(number: int) -> str:
        if not hasattr(local, "session"):
            local.session = requests.Session()
        return local.session.get(url, timeout=30).text

    def pool(level: int, total: int) -> list[str]:
        with ThreadPoolExecutor(level) as threads:
            return list(threads.map(ask_blocking, range(total)))

    async def executor(level: int, total: int) -> list[str]:
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(level) as threads:
            return await asyncio.gather(
                *(loop.run_in_executor(threads, ask_blocking, n) for n in range(total))
            )

    async def with_aiohttp(level: int, total: int) -> list[str]:
        connector = aiohttp.TCPConnector(limit=level)
        async with aiohttp.ClientSession(connector=connector) as session:

            async def ask(number: int) -> str:
                async with session.get(url) as reply:
                    return await reply.text()

            return await asyncio.gather(*map(ask, range(total)))

    def run(level: int, total: int) -> None:
        if client == "pool":
            answers = pool(level, total)
        elif client == "executor":
            answers = asyncio.run(executor(level, total))
        else:
            answers = asyncio.run(with_aiohttp(level, total))
        assert answers == ["42"] * total

    process = psutil.Process()
    run(1, 1)  # what is loaded or allocated only once
    before = process.memory_info().rss
    most = before
    done = threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.wait(0.02):
            most = max(most, process.memory_info().rss)

    threading.Thread(target=watch).start()
    for level in levels:
        total = max(3, 2 * level)
        start = time.perf_counter()
        run(level, total)
        rate = total / (time.perf_counter() - start)
        print(json.dumps({"level": level, "rate": rate, "memory": most - before}))
    done.set()


CLIENTS = {
    "pool": "requests + pool",
    "executor": "requests + executor",
    "aiohttp": "aiohttp",
}
LEVELS = [1, 10, 50, 100, 200, 500]
results = {}
for client in CLIENTS:
    program = f"{inspect.getsource(measure)}\nmeasure({client!r}, {URL!r}, {LEVELS})"
    command = [sys.executable, "-c", program]
    finished = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    results[client] = [json.loads(line) for line in finished.stdout.splitlines()]

for title, measured, scale in (("answers/s", "rate", 1), ("MB", "memory", 1e6)):
    head = "".join(f"{level:>8}" for level in LEVELS)
    print(f"{title:<20}{head}  in flight")
    for client, name in CLIENTS.items():
        values = "".join(f"{row[measured] / scale:8.1f}" for row in results[client])
        print(f"{name:<20}{values}")
    print()

# %% [markdown]
# 在几十个以内，三条线是一条：要分摊的只有延迟，谁都能把它分摊干净。线程池和执行器的两条线自始至终相差不大，因为那是同样的线程在做同样的调用；由谁来等它们，没有区别。
#
# 再往上，成为瓶颈的就不再是等待，而是处理器。每个回答都要客户端干一点活，全都在同一把解释器锁下面，而 `requests` 要干的比 aiohttp 多。这时再加线程也没用。

# %% tags=["hide-input"]
import io

from IPython.display import SVG, display
from matplotlib import rc_context
from matplotlib.figure import Figure

COLOURS = ("#0072b2", "#d55e00", "#009e73")
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


def draw(title: str, measured: str, scale: float) -> None:
    with rc_context(STYLE):
        figure = Figure(figsize=(5.2, 3.2), layout="constrained")
        axes = figure.subplots()
        styles = zip(CLIENTS.items(), COLOURS, ("o-", "s--", "D-"), strict=True)
        for (client, name), colour, style in styles:
            values = [row[measured] / scale for row in results[client]]
            axes.plot(LEVELS, values, style, color=colour, label=name)
        axes.set(xlabel="requests in flight", xticks=[1, 100, 200, 500], ylim=0)
        axes.set_title(title, loc="left", fontsize="medium")
        axes.legend(frameon=False, labelcolor="linecolor")
        show(figure, f"{title.capitalize()} by requests in flight: the table above.")


draw("answers per second", "rate", 1)

# %% [markdown]
# ## 有多重 { #memory }
#
# 等待中的线程占着一个栈和一个会话；等待中的任务只占几个对象和它的连接。

# %%
draw("megabytes more than at rest", "memory", 1e6)

with server:  # On leaving, its standard input is closed, and it ends.
    pass

# %% [markdown]
# ## 什么时候用 { #use-it-when }
#
# - **线程池**：在途的调用只有几十个，重写换不来什么。
# - **asyncio**：在途的调用有几百个，同一个处理器能拿回更多回答，占的内存还更少。
#
# ## 自测 { #check-yourself }
#
# 按这个服务器的延迟，最大那一档每秒最多能拿到多少个回答？每种客户端各达到了多少？
#
# ??? question "自测"
#     用在途请求数除以延迟：自己完全不干活的客户端就能达到这个数。把它和表格最后一列比一比。aiohttp 没达到，一部分原因在服务器，它和客户端挤在同一台机器上。
#
# 接着读：[不等待的活](cpu-bound.py)，或者[一个任务有多重](../blocking/futures-vs-asyncio.md#memory)。
