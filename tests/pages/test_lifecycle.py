"""The claims of the page tasks/lifecycle."""

from __future__ import annotations

from collections.abc import Callable

from stopwatch.model import Run

Recorded = Callable[[str], Run]


def test_a_task_ends_in_one_of_three_ways(run: Recorded) -> None:
    """Pending at first; then a result, an exception, or cancelled."""
    recorded = run("lifecycle/states.py")
    assert "created: pending, pending, pending" in recorded.stdout
    assert "later: result 'tea', pending, pending" in recorded.stdout
    assert "exception ValueError('no tea'), cancelled" in recorded.stdout
    outcomes = [recorded.lane(name).outcome for name in ("good", "bad", "slow")]
    assert outcomes == ["done", "error", "cancelled"]


def test_a_cancel_is_delivered_later(run: Recorded) -> None:
    """cancel() returns before the task is cancelled."""
    recorded = run("lifecycle/states.py")
    ended = recorded.lane("slow").ended
    assert ended is not None
    assert ended > recorded.line_at("later:").t


def test_a_task_starts_when_the_loop_gets_control(run: Recorded) -> None:
    """Not at its creation, not when awaited: at the loop's next turn."""
    recorded = run("lifecycle/start_time.py")
    first = recorded.segments_of("work")[0]
    assert first.ready < 0.2 * first.start, "it was ready long before it could start"
    assert first.start > recorded.line_at("holding the loop").t
    assert recorded.lane("work").ended < recorded.line_at("awaited a task").t  # type: ignore[operator]


def test_asking_too_early_is_an_error(run: Recorded) -> None:
    """result() and exception() don't wait."""
    said = run("lifecycle/result_too_early.py").stdout
    assert "result(): InvalidStateError: Result is not set." in said
    assert "exception(): InvalidStateError: Exception is not set." in said
    assert "result(): 5, exception(): None" in said


def test_a_callback_speaks_for_no_task(run: Recorded) -> None:
    """It runs after the task, in a turn of its own, outside any task."""
    recorded = run("lifecycle/done_callback.py")
    assert recorded.line_at("callback:").task == "MainThread"
    assert recorded.line_at("work returns").t < recorded.line_at("callback:").t


def test_names_are_what_logs_show(run: Recorded) -> None:
    """A task is known by its name, even one given later; a task's class is C's."""
    recorded = run("lifecycle/naming.py")
    assert recorded.line_at("I am fetch user 8").task == "fetch user 8"
    assert recorded.lane("fetch user 7").outcome == "done"
    assert "<class '_asyncio.Task'>" in recorded.stdout
