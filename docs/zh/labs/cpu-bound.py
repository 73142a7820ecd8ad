# ---
# title: "实验：用线程算，用进程算"
# description: "一份笔记本：同样的计算依次做、用线程做、用进程做，工作者从一个到四个，画出耗时。"
# ---

# %% [markdown]
# # 实验：用线程算，用进程算 { #cpu-bound }
#
# 等待可以分给任意多个线程；Python 里的计算不行，因为有一把解释器锁，同一时刻只让一个线程执行 Python 代码。进程则各有各的锁。同样的八份活：依次做、用线程做、用进程做。
#
# ??? question "先猜一猜"
#     线程从一个变成两个，用时会减半、不变，还是更长？在只有两个处理器的机器上开四个进程呢？
#
# ## 准备 { #set-up }

# %%
import subprocess
import sys
from importlib.util import find_spec

if not find_spec("matplotlib"):
    install = ["pip", "install", "-q", "matplotlib"]
    subprocess.run([sys.executable, "-m", *install], check=True)

# %% [markdown]
# 一份活就是纯 Python 计算，没有哪个库能帮上忙：用笨办法数质数。进程要求它放在文件里。笔记本里定义的函数属于 `__main__`，而工作者进程的 `__main__` 是另一个：用 fork 启动工作者时碰巧能用，换了别的方式，进程池就会因为 `AttributeError: Can't get attribute 'count_primes'` 而坏掉。

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
# ## 测量 { #measure }

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
# 线程不管几个，用时都和依次做一样：总是一个在干活，其余的在等锁。在没有这把锁的 Python 上，线程和进程两条线会重合；是不是这样，看第一行输出。
#
# 进程把时间按数目分摊，直到处理器用完。再往上就只能轮流，和线程一样，只是这回轮到操作系统来安排。

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
# ## 什么时候用 { #use-it-when }
#
# - **进程**：纯 Python 的计算，处理器有几个就开几个。
# - **线程**：计算由库来做，而且库在算的时候不占着锁，例如哈希、压缩、数组运算。
# - **都不用**：一份活的时间，比把数据送到另一个进程再取回来还短。
#
# ## 自测 { #check-yourself }
#
# 用 `asyncio.gather` 跑八个数质数的协程，会落在表格的哪一行？
#
# ??? question "自测"
#     和依次做在同一行。做计算的协程从不交还循环，所以它们在一个线程上一个接一个地跑。
#
# 接着读：[进程](../blocking/processes.md)，或者[被阻塞的循环是什么样子](../blocking/blocking-the-loop.md)。
