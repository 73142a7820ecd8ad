"""What each lane did when: running, ready but kept waiting, or suspended."""

from __future__ import annotations

from collections.abc import Iterator
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


def by_lane(run: Run) -> dict[int, list[Segment]]:
    """Return each lane's segments in order, by the lane's id."""
    found: dict[int, list[Segment]] = {lane.id: [] for lane in run.lanes}
    for segment in sorted(run.segments, key=lambda segment: segment.start):
        if segment.lane in found:
            found[segment.lane].append(segment)
    return found


def end_of(run: Run, lane: Lane) -> float:
    """Return when a lane ended (ms); one that is unfinished lasts to the end of the run."""
    return max(lane.created, run.total if lane.ended is None else lane.ended)


def states(run: Run, lane: Lane, segments: list[Segment]) -> list[Stretch]:
    """Return a lane's stretches in order, without gaps for a task."""
    if lane.kind != "task":
        return [_worked(segment) for segment in segments]
    return [stretch for stretch in _task_states(run, lane, segments) if stretch.length > 0]


def _worked(segment: Segment) -> Stretch:
    length = max(segment.end - segment.start, 1e-6)
    share = 1.0 if segment.cpu is None else min(1.0, max(0.0, segment.cpu / length))
    return Stretch("running", segment.start, segment.end, share=share, line=segment.line)


def _task_states(run: Run, lane: Lane, segments: list[Segment]) -> Iterator[Stretch]:
    at = lane.created
    # Before its first step a task waits for nothing: it is ready from its creation on.
    waiting = Stretch("ready", at, at)
    for segment in segments:
        since = segment.ready if segment.due is None else segment.due
        since = min(max(since, at), segment.start) if waiting.state == "suspended" else at
        yield replace(waiting, start=at, end=since)
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
    yield replace(waiting, start=at, end=end_of(run, lane))
