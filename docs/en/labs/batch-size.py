# ---
# title: "Lab: how many workers, how big a batch?"
# description: "A notebook that sends fifty additions to a model, sweeps workers and batch sizes, plots the time, and checks the answers."
# ---

# %% [markdown]
# # Lab: how many workers, how big a batch? { #batch-size }
#
# Workers divide the waiting, batches divide the number of calls, and each can make the other useless. Fifty additions go to a
# model: one to fifty of them in a prompt, by one to ten threads. The model is a stand-in that this notebook starts, so it needs
# no key and costs nothing; its waiting is simulated, everything else is real.
#
# ??? question "Predict"
#     All fifty questions in one prompt, and ten workers. How much faster than one worker?
#
# ## Set up { #set-up }

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
# The stand-in is a web server in a process of its own, as a model would be. Like a model it needs a moment before the first
# token, then a little for every token, and it isn't equally quick every time. Unlike a model it is always right. It ends when
# the notebook does, because then nobody holds the other end of its standard input.

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
# ## Ask { #ask }
#
# A batch is one prompt with several questions, one to a line; the reply has one answer to a line. Slicing with a step never
# runs past the end, so the last batch may be short without a special case.

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
# ## Sweep { #sweep }
#
# Every number of workers with every batch size, and each answer compared with the true one.

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
# The last column is what five workers gain. As long as there are more batches than workers it stays a little under five: the
# workers don't finish together, because the model isn't equally quick every time, and the last one is waited for. With two
# batches, three of the five have nothing to do; with a single batch, four.
#
# Down the first column it goes the other way: one worker gains by larger batches, because every call pays once for the first
# token. What remains is the time of the tokens, and that only workers divide.

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
# ## Read what comes back { #check }
#
# The answers above were all compared, and this model is right by construction. A real one isn't, and a limit on the length of
# its reply makes it worse without a word: no exception, no error status, only a list that is too short.

# %%
replies = [ask(batch, max_tokens=40) for batch in batches(25)]
answers = [answer for reply in replies for answer in reply]
right = sum(a == true for a, true in zip(answers, TRUE, strict=False))
print(f"{len(answers)} answers to {len(QUESTIONS)} questions; {right} at their place")

with server:  # On leaving, its standard input is closed, and it ends.
    pass

# %% [markdown]
# Paired by position, the answers after the first cut belong to other questions. The reply says so in one field:
# `finish_reason` is `"length"` instead of `"stop"`. Check it, count the lines, and compare a sample with the truth.
#
# ## Use it when { #use-it-when }
#
# - **More workers** while there are batches left for them, and the service's limits allow it.
# - **Larger batches** when the first token is what you wait for, and a cut or a wrong reply may cost the whole batch.
#
# ## Check yourself { #check-yourself }
#
# You have five workers and want one batch for each. Which size, and does the table agree that it is the best?
#
# ??? question "Check yourself"
#     Fifty questions over five workers make batches of ten: all five are busy, and each pays once for the first token. But
#     then the slowest batch decides alone. Compare the rows above and below in the column of five workers.
#
# Next: [three clients](three-clients.py) from one to hundreds in flight, or [thread pools](../blocking/thread-pools.md).
