"""The claims of the page tasks/task-vs-coroutine beyond its table (see tests/proofs)."""

from __future__ import annotations

from collections.abc import Callable

from stopwatch.model import Run

Recorded = Callable[[str], Run]


def test_the_coroutine_has_no_lane(run: Recorded) -> None:
    """What is awaited as a coroutine happens in main's lane; the task has one of its own."""
    recorded = run("task_vs_coroutine/overlaps.py")
    own = [lane.name for lane in recorded.lanes if lane.own and lane.kind == "task"]
    assert own == ["main", "nap"]


def test_the_tasks_nap_overlaps_mains(run: Recorded) -> None:
    """While the task naps, main does too."""
    recorded = run("task_vs_coroutine/overlaps.py")
    nap, main = recorded.lane("nap"), recorded.segments_of("main")
    assert nap.ended is not None
    during = [s for s in main if nap.created + 5 < s.start < nap.ended - 5]
    assert during == [], "main slept through the whole of it"
