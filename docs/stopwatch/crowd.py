"""Decide when each program starts: those that wait together, those that are busy alone.

Programs that mostly wait are started as fast as the processors can take them and no faster: the
next one starts when the CPU time of those before it fits into a part of what the cores can give.
So timings stay honest, and the longest goes first, so that nothing trails behind.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from stopwatch.model import Run
from stopwatch.snippets import Snippet

# The part of the cores that programs may use together; the rest keeps their timers on time.
SHARE = 0.6
# The same for those that come in bursts, as clients and their servers do, and for second tries.
CALM = 0.25
# Programs under way at once: each holds two pipes and a folder.
MOST = 64
# A run whose main thread had to wait longer than this for a processor is repeated, at last alone.
TOLERANCE_MS, TOLERANCE_PART = 15.0, 0.05


@dataclass(frozen=True)
class Cost:
    """What a program takes, in ms: CPU and total."""

    cpu: float
    total: float


def guess(snippet: Snippet) -> Cost:
    """Guess the cost of a program that never ran here: its sleeps, added up, and a light CPU use.

    Only the order and the pace of starts depend on it, and only until the program has run once.
    """
    sleeps = sum(float(seconds) for seconds in _SLEEP.findall(snippet.source))
    served = 2_000.0 if snippet.standin is not None else 0.0
    return Cost(cpu=15.0 + served / 100, total=served + 1000 * sleeps)


_SLEEP = re.compile(rb"sleep\((\d*\.?\d+)\)")


def disturbed(run: Run) -> bool:
    """Tell whether the machine kept a run waiting for longer than a reader should see."""
    return run.delayed > max(TOLERANCE_MS, TOLERANCE_PART * run.total)


async def together(
    snippets: Iterable[Snippet],
    costs: Mapping[str, Cost],
    record: Callable[[Snippet], Awaitable[None]],
    *,
    share: float = SHARE,
    all_started: Callable[[], None] = lambda: None,
) -> None:
    """Record programs that mostly wait, side by side, the longest first.

    Together they may use that ``share`` of the processors. ``all_started`` is called when none is
    left to be started.
    """
    known = [(costs.get(snippet.name) or guess(snippet), snippet) for snippet in snippets]
    order = sorted(known, key=lambda pair: -pair[0].total)
    room = asyncio.Semaphore(MOST)
    rate = share * (os.cpu_count() or 1) * 1000  # CPU ms that may be used per second

    async def one(snippet: Snippet) -> None:
        try:
            await record(snippet)
        finally:
            room.release()

    next_start = perf_counter()
    async with asyncio.TaskGroup() as group:
        for cost, snippet in order:
            await room.acquire()
            await asyncio.sleep(next_start - perf_counter())
            next_start = max(next_start, perf_counter()) + cost.cpu / rate
            group.create_task(one(snippet), name=snippet.name)
        all_started()


def read_costs(folder: Path) -> dict[str, Cost]:
    """Return what each program took when it last ran, by name."""
    try:
        data = json.loads((folder / "costs.json").read_text("utf-8"))
        return {name: Cost(float(cpu), float(total)) for name, (cpu, total) in data.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def write_costs(folder: Path, costs: Mapping[str, Cost]) -> None:
    """Remember what programs took, for the order of the next build. Failing to is no harm."""
    data = {name: [round(cost.cpu, 1), round(cost.total, 1)] for name, cost in costs.items()}
    new = folder / f"costs.{os.getpid()}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        new.write_text(json.dumps(data), "utf-8")
        new.replace(folder / "costs.json")
    except OSError:
        with suppress(OSError):
            new.unlink()
