"""What the page start/why-async claims of programs that look concurrent and are not."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from stopwatch.model import Run
from tests.programs import lasted

Runs = Callable[[str], Run]


def test_computing_in_tasks_gains_nothing(run: Runs) -> None:
    """Four tasks that only compute run one after the other, in about four times the time of one."""
    computing = run("why_async/cpu_in_tasks_broken.py")
    steps = [segment for name in "ABCD" for segment in computing.segments_of(name)]
    assert len(steps) == 4, "none of them ever lets go of the loop"
    assert all(first.end <= second.start for first, second in pairwise(steps))
    four = max(lasted(computing.lane(name)) for name in "ABCD")
    assert four > 2.5 * lasted(computing.lane("alone"))


def test_a_task_awaited_at_once_overlaps_nothing(run: Runs) -> None:
    """When create_task is awaited where it stands, the second task starts as the first one ends."""
    in_turn = run("why_async/awaited_at_once_broken.py")
    first, second = in_turn.lane("Task 1"), in_turn.lane("Task 2")
    assert first.ended is not None
    assert second.created >= first.ended
    assert in_turn.total > 0.9 * (lasted(first) + lasted(second))
