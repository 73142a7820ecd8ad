# ---
# title: "Lab: three clients, from one to hundreds in flight"
# description: "A notebook that measures throughput and memory of a thread pool, an executor and aiohttp, from 1 to 500 requests in flight."
# ---

# %% [markdown]
# # Lab: three clients, from one to hundreds in flight { #three-clients }
#
# At ten requests in flight all clients are the same; at hundreds they part. `requests` in a thread pool, `requests` through
# `run_in_executor`, and aiohttp, against one server that waits before it answers: how many answers a second, and how much
# memory?
#
# ??? question "Predict"
#     From which number of requests in flight on does it matter which client you use? And which of the two measures parts
#     them first?
#
# ## Set up { #set-up }

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
# The stand-in for a service is a web server in a process of its own. It does nothing but wait, so whatever keeps an answer
# back beyond that is the client's doing, or the server's own at the far end. It ends when nobody holds the other end of its
# standard input any more.

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
# ## The three clients { #clients }
#
# Each is measured in a fresh process, from few in flight to many: memory that a process once had it seldom gives back, so
# the clients must not share one, and what is seen at one level is the most that was needed so far. Both libraries keep
# their connections open, `requests` in one session for each thread.

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
# Up to some tens in flight the three are one line: there is a latency to share out, and each of them shares it out
# completely. Pool and executor stay close to each other to the end, because they are the same threads doing the same calls;
# who waits for them makes no difference.
#
# Then a processor becomes the limit instead of the wait. Every answer costs the client some work, all of it under one
# interpreter lock, and `requests` needs more of it than aiohttp does. More threads can't help there.

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
# ## What it weighs { #memory }
#
# A thread that waits holds a stack and a session; a task that waits holds a few objects and its connection.

# %%
draw("megabytes more than at rest", "memory", 1e6)

with server:  # On leaving, its standard input is closed, and it ends.
    pass

# %% [markdown]
# ## Use it when { #use-it-when }
#
# - **A pool** for dozens of calls in flight: there is nothing to gain by rewriting.
# - **asyncio** for hundreds: more answers from one processor, in less memory.
#
# ## Check yourself { #check-yourself }
#
# With the latency this server has, how many answers a second could the largest level give at most? How much of that does
# each client reach?
#
# ??? question "Check yourself"
#     Requests in flight divided by the latency: that is what a client without any work of its own would reach. Set the last
#     column of the table against it. And what keeps aiohttp from it is partly the server, which shares the machine.
#
# Next: [work that doesn't wait](cpu-bound.py), or [what a task weighs](../blocking/futures-vs-asyncio.md#memory).
