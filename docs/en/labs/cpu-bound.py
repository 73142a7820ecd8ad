# ---
# title: "Lab: computing with threads and with processes"
# description: "A notebook that does the same computing in sequence, in threads and in processes, with one to four workers, and plots the time."
# ---

# %% [markdown]
# # Lab: computing with threads and with processes { #cpu-bound }
#
# Waiting can be shared out to any number of threads; computing in Python can't, because one interpreter lock lets one thread
# at a time run Python code. Processes have a lock each. The same eight jobs, in sequence, in threads and in processes.
#
# ??? question "Predict"
#     With two threads instead of one, do the jobs take half the time, the same time, or longer? And with four processes on
#     a machine with two processors?
#
# ## Set up { #set-up }

# %%
import subprocess
import sys
from importlib.util import find_spec

if not find_spec("matplotlib"):
    install = ["pip", "install", "-q", "matplotlib"]
    subprocess.run([sys.executable, "-m", *install], check=True)

# %% [markdown]
# A job is pure Python, and nobody's library can help: it counts primes the slow way. Processes need it in a file. A function
# defined in a notebook belongs to `__main__`, and the worker's `__main__` is another one: where workers are forked it works
# by luck, elsewhere the pool breaks with `AttributeError: Can't get attribute 'count_primes'`.

# %%
import importlib
import inspect
from pathlib import Path


def count_primes(below: int) -> int:
    return sum(all(n % d for d in range(2, int(n**0.5) + 1)) for n in range(2, below))


Path("work.py").write_text(inspect.getsource(count_primes))
sys.path.insert(0, str(Path.cwd()))
importlib.invalidate_caches()
work = importlib.import_module("work")

# %% [markdown]
# ## Measure { #measure }

# %%
import math
import os
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor

JOBS = [60_000] * 8
WORKERS = (1, 2, 3, 4)
POOLS = {"threads": ThreadPoolExecutor, "processes": ProcessPoolExecutor}


def timed(apply: Callable[..., Iterable[int]]) -> float:
    start = time.perf_counter()
    list(apply(work.count_primes, JOBS))
    return time.perf_counter() - start


def with_pool(kind: type[Executor], workers: int) -> float:
    with kind(workers) as pool:
        list(pool.map(work.count_primes, [2] * workers))  # the pool is up
        return timed(pool.map)


processors = os.cpu_count()
if hasattr(os, "sched_getaffinity"):
    processors = len(os.sched_getaffinity(0))  # those that we may use
sequence = math.inf
seconds = {kind: [math.inf] * len(WORKERS) for kind in POOLS}
for _ in range(3):  # The shortest time counts: the machine did what is longer.
    sequence = min(sequence, timed(map))
    for kind, pool in POOLS.items():
        for i, workers in enumerate(WORKERS):
            seconds[kind][i] = min(seconds[kind][i], with_pool(pool, workers))

lock = "with" if getattr(sys, "_is_gil_enabled", lambda: True)() else "without"
version = ".".join(map(str, sys.version_info[:3]))
print(f"Python {version} {lock} its lock, {processors} processors")
print("workers    " + "".join(f"{workers:>8}" for workers in WORKERS))
print(f"in sequence{sequence:6.2f} s")
for kind, times in seconds.items():
    print(f"{kind:<11}" + "".join(f"{t:6.2f} s" for t in times))

# %% [markdown]
# Threads take as long as the sequence, whatever their number: there is always one at work and the others wait for the lock.
# On a Python without that lock the two lines fall together; the first line above says which one this was.
#
# Processes divide the time by their number until the processors run out. Past that they take turns, as the threads did, now
# by the operating system's hand.

# %% tags=["hide-input"]
import io

from IPython.display import SVG, display
from matplotlib import rc_context
from matplotlib.figure import Figure

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
    axes.axhline(sequence, color=GREY, linestyle=":", label="in sequence")
    for (kind, times), style, colour in zip(
        seconds.items(), ("s-", "o-"), ("#d55e00", "#0072b2"), strict=True
    ):
        axes.plot(WORKERS, times, style, color=colour, label=kind)
    axes.set(xlabel="workers", xticks=WORKERS, ylim=0)
    axes.set_title("seconds for eight jobs", loc="left", fontsize="medium")
    axes.legend(frameon=False, labelcolor="linecolor")
    show(figure, "Seconds by number of threads or processes: the table above.")

# %% [markdown]
# ## Use it when { #use-it-when }
#
# - **Processes** for pure Python that computes, as many as there are processors.
# - **Threads** when a library computes without holding the lock, as hashing, compressing and array arithmetic do.
# - **Neither** while a job is shorter than it takes to send its data to another process and back.
#
# ## Check yourself { #check-yourself }
#
# Where in the table would `asyncio.gather` over eight coroutines stand that each count primes?
#
# ??? question "Check yourself"
#     With the sequence. A coroutine that computes never lets go of the loop, so they run one after another, on one thread.
#
# Next: [processes](../blocking/processes.md), or [how a blocked loop looks](../blocking/blocking-the-loop.md).
