"""What each lane did when: running, ready but kept waiting, or suspended."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from stopwatch.model import Lane, Run, Segment

State = Literal["running", "ready", "suspended"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A lane's state from ``start`` to ``end`` (ms).

    ``share`` is the part of it that was really spent running: the CPU's share for threads and
    processes, and for stretches that stand for ``count`` merged ones. ``line``, ``waits_on`` and
    ``waits_for`` say at which line it was suspended and what it waits for.
    """

    state: State
    start: float
    end: float
    share: float = 1.0
    count: int = 1
    line: int | None = None
    waits_on: str | None = None
    waits_for: tuple[int, ...] = ()

    @property
    def length(self) -> float:
        """How long it lasted (ms)."""
        return self.end - self.start

    @property
    def busy(self) -> float:
        """How much of it was spent running (ms)."""
        return self.length * self.share if self.state == "running" else 0.0


class Activity:
    """What every lane of a run did when."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._lanes = {lane.id: lane for lane in run.lanes}
        self._segments: dict[int, list[Segment]] = {lane.id: [] for lane in run.lanes}
        self._holders: dict[int | None, list[Segment]] = {}
        for segment in sorted(run.segments, key=lambda segment: segment.start):
            if segment.lane in self._lanes:
                self._segments[segment.lane].append(segment)
                self._holders.setdefault(self._home(segment.lane), []).append(segment)

    def of(self, lane: Lane) -> list[Stretch]:
        """Return a lane's stretches in order."""
        if lane.kind != "task":
            return [_worked(segment) for segment in self._segments[lane.id]]
        return [stretch for stretch in self._task(lane) if stretch.length > 0]

    def end(self, lane: Lane) -> float:
        """Return when a lane ended (ms); one that is unfinished lasts to the end of the run."""
        return end_of(self._run, lane)

    def _task(self, lane: Lane) -> Iterator[Stretch]:
        at = lane.created
        # Before its first step a task waits for nothing: it is ready from its creation on.
        waiting = Stretch("ready", at, at)
        for segment in self._segments[lane.id]:
            since = at
            if waiting.state == "suspended":
                since = segment.ready if segment.due is None else segment.due
                since = min(max(since, at), segment.start)
            # When nobody held the loop, the system was late, and nobody was kept waiting.
            held = self._is_held(lane, since, segment.start)
            if waiting.state == "suspended":
                yield replace(waiting, start=at, end=since if held else segment.start)
            if held:
                yield Stretch("ready", since, segment.start)
            yield Stretch("running", segment.start, segment.end, line=segment.line)
            at = segment.end
            waiting = Stretch(
                "suspended" if segment.waits_on else "ready",
                at,
                at,
                line=segment.line,
                waits_on=segment.waits_on,
                waits_for=segment.waits_for,
            )
        if waiting.state == "suspended" or lane.outcome in {"cancelled", "unfinished"}:
            yield replace(waiting, start=at, end=self.end(lane))

    def _is_held(self, lane: Lane, start: float, end: float) -> bool:
        """Tell whether others held the lane's loop for most of that time."""
        others = self._holders.get(self._home(lane.id), [])
        position = bisect_left(others, end, key=lambda segment: segment.start)
        held = 0.0
        while position and held < (end - start) / 2:
            position -= 1
            if others[position].end <= start:
                # On one loop stretches don't overlap: what is before this one ended even earlier.
                break
            held += others[position].end - max(start, others[position].start)
        return held >= (end - start) / 2

    def _home(self, lane: int | None) -> int | None:
        """Return the thread or process whose loop runs a lane; None when it has no lane."""
        while lane in self._lanes and self._lanes[lane].kind == "task":
            lane = self._lanes[lane].parent
        return lane


def names_of(stretch: Stretch, lanes: Mapping[int, Lane]) -> list[str]:
    """Return the names of the lanes that a suspended task waits for, in order of creation."""
    return [lanes[lane].name for lane in sorted(stretch.waits_for) if lane in lanes]


def end_of(run: Run, lane: Lane) -> float:
    """Return when a lane ended (ms); one that is unfinished lasts to the end of the run."""
    return max(lane.created, run.total if lane.ended is None else lane.ended)


def _worked(segment: Segment) -> Stretch:
    length = max(segment.end - segment.start, 1e-6)
    share = 1.0 if segment.cpu is None else min(1.0, max(0.0, segment.cpu / length))
    return Stretch("running", segment.start, segment.end, share=share, line=segment.line)
