"""Decide when each program starts: those that wait together, those that are busy alone.

Programs that mostly wait are started as fast as the processors can take them and no faster: the
next one starts when the CPU time of those before it fits into a part of what the cores can give.
So timings stay honest, and the longest goes first, so that nothing trails behind.
"""

from __future__ import annotations

import asyncio
import heapq
import json
import os
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import count, pairwise
from pathlib import Path
from time import perf_counter

from stopwatch.model import Run
from stopwatch.snippets import Snippet

# The part of the cores that programs may use together; the rest keeps their timers on time.
SHARE = 0.45
# What starting and watching any program costs (ms of CPU) beside what it uses itself.
OVERHEAD_MS = 7.0
# Programs under way at once: each holds two pipes and a folder.
MOST = 64
# By how much a line of a run may come later or earlier than when its program is alone.
TOLERANCE_MS, TOLERANCE_PART = 15.0, 0.05


@dataclass(frozen=True)
class Cost:
    """What a program takes, in ms: CPU and total."""

    cpu: float
    total: float


def guess(snippet: Snippet) -> Cost:
    """Guess the cost of a program that never ran here, from its source.

    It waits for the seconds that calls in it end with, added up, and for the words it asks for, at
    its stand-in's rate. Where there are loops, or nothing to go by, it may be longer, and longer
    still if its stand-in is one that never answers. Only the order and the pace of starts depend on
    it, and only until the program has run once.
    """
    seconds = sum(float(seconds) for seconds in _SECONDS.findall(snippet.source))
    words = sum(int(n) for some in _WORDS.findall(snippet.source) for n in some.split(b","))
    options = dict(pairwise(snippet.standin or ()))
    total = 1000 * seconds + 1000 * words / float(options.get("--rate", 25))
    if "--stalling" in options:
        total = max(total, 2000.0)
    elif not total or _LOOP.search(snippet.source):
        total = max(total, 1500.0)
    cpu = 5.0 + sum(60.0 if package in _BULKY else 15.0 for package in snippet.packages)
    return Cost(cpu, total)


_BULKY = {"anthropic", "fastapi", "openai"}
_SECONDS = re.compile(rb"(?:[a-z](?<!range)\(|, )(\d(?:\.\d+)?)\)")
_LOOP = re.compile(rb"^ +(?:async )?for |^ +while |\(.* for .* in ", re.MULTILINE)
_WORDS = re.compile(rb"(?:WORDS = \[)?(\d+(?:, \d+)*)(?:\]| words)")


def disturbed(run: Run) -> bool:
    """Tell whether the machine kept a run waiting for longer than a reader should see.

    Its end, or a line of its output counted from the first, may have come too late.
    """
    begin, before = run.delays[0] if run.delays else (0.0, 0.0)
    late = [(t - begin, delayed - before) for t, delayed in run.delays]
    return any(
        delayed > max(TOLERANCE_MS, TOLERANCE_PART * t)
        for t, delayed in [*late, (run.total, run.delayed)]
    )


class Crowd:
    """Programs that mostly wait, recorded side by side, the longest first.

    ``record`` records one; it may add it once more. ``costs`` are what programs took before.
    """

    def __init__(
        self,
        costs: Mapping[str, Cost],
        record: Callable[[Snippet], Awaitable[None]],
    ) -> None:
        self._costs, self._record = costs, record
        self._rate = SHARE * (os.cpu_count() or 1)  # CPU time that may be used, per time
        self._waiting: list[tuple[float, str, int, float, Snippet]] = []
        self._numbers = count()  # Programs of one name, as mutants are, can't be compared.
        self._more = True
        self._running = 0
        self._changed = asyncio.Event()

    def add(self, snippets: Iterable[Snippet]) -> None:
        """Have these recorded too."""
        for snippet in snippets:
            cost = self._costs.get(snippet.name) or guess(snippet)
            pause = (OVERHEAD_MS + cost.cpu) / self._rate / 1000
            rank = (-cost.total, snippet.name, next(self._numbers))
            heapq.heappush(self._waiting, (*rank, pause, snippet))
        self._changed.set()

    def close(self) -> None:
        """Let the crowd end: none is added any more but by ``record``."""
        self._more = False
        self._changed.set()

    async def run(self) -> None:
        """Record all that are added, until it is closed and all are done."""
        next_start = perf_counter()
        async with asyncio.TaskGroup() as group:
            while await self._has_one():
                await asyncio.sleep(next_start - perf_counter())
                _, name, _, pause, snippet = heapq.heappop(self._waiting)
                next_start = max(next_start, perf_counter()) + pause
                self._running += 1
                group.create_task(self._one(snippet), name=name)

    async def _has_one(self) -> bool:
        """Wait for a program that may start; False when there will be none."""
        while not self._waiting or self._running >= MOST:
            if not (self._waiting or self._more or self._running):
                return False
            self._changed.clear()
            await self._changed.wait()
        return True

    async def _one(self, snippet: Snippet) -> None:
        try:
            await self._record(snippet)
        finally:
            self._running -= 1
            self._changed.set()


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
