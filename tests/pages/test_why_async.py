"""The claims of the page start/why-async."""

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


def test_calls_in_turn_take_the_sum(run: Runs) -> None:
    """Awaited in a row: the second call begins when the first one is over."""
    for name in ("why_async/sequential.py", "why_async/sleep_sequential.py"):
        recorded = run(name)
        assert recorded.line_at("Call 2 started").t >= recorded.line_at("Call 1 completed").t
        first = recorded.line_at("Call 1 completed").t - recorded.line_at("Call 1 started").t
        second = recorded.line_at("Call 2 completed").t - recorded.line_at("Call 2 started").t
        assert recorded.total >= first + second


def test_calls_as_tasks_take_the_slowest(run: Runs) -> None:
    """Both tasks start before either is done, and the total is the slower one's."""
    for name in ("why_async/tasks.py", "why_async/sleep_tasks.py"):
        recorded = run(name)
        assert recorded.line_at("Task 2 started").t < recorded.line_at("Task 1 completed").t
        slowest = max(lasted(recorded.lane(task)) for task in ("Task 1", "Task 2"))
        assert recorded.total < 1.25 * slowest


def test_both_do_the_same_work(run: Runs) -> None:
    """A fair comparison: each call takes as long in one program as in the other."""
    in_turn, as_tasks = run("why_async/sequential.py"), run("why_async/tasks.py")
    for number in (1, 2):
        before = in_turn.line_at(f"Call {number} started").t
        alone = in_turn.line_at(f"Call {number} completed").t - before
        together = lasted(as_tasks.lane(f"Task {number}"))
        assert 0.8 * alone < together < 1.25 * alone
    assert in_turn.total > 1.3 * as_tasks.total
