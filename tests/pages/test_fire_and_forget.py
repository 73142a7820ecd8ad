"""The claims of the page tasks/fire-and-forget."""

from __future__ import annotations

from collections.abc import Callable

from stopwatch.model import Run

Recorded = Callable[[str], Run]


def test_a_task_nobody_holds_vanishes(run: Recorded) -> None:
    """It never finishes, no exception is raised, and only a log line tells."""
    recorded = run("fire_and_forget/vanishes_broken.py")
    assert "Task was destroyed but it is pending!" in recorded.stderr
    assert "tasks that exist: 1" in recorded.stdout
    assert "finished" not in recorded.stdout
    assert recorded.lane("important").outcome == "unfinished"
    assert recorded.exit == 0


def test_a_task_in_a_set_stays(run: Recorded) -> None:
    """Held until its done callback lets it go, it survives a collection."""
    recorded = run("fire_and_forget/keep_a_reference_fixed.py")
    assert "tasks that exist: 2" in recorded.stdout
    assert "finished" in recorded.stdout
    assert "held: 0" in recorded.stdout
    assert recorded.lane("important").outcome == "done"


def test_an_unretrieved_error_is_heard_late(run: Recorded) -> None:
    """The log line comes when the task is thrown away, not when it failed."""
    recorded = run("fire_and_forget/lost_error.py")
    ended = recorded.lane("save").ended
    assert ended is not None
    heard = recorded.line_at("Task exception was never retrieved")
    assert heard.t > 1.3 * ended
    assert recorded.line_at("so main believes").t < heard.t
    assert recorded.exit == 0


def test_a_task_group_raises(run: Recorded) -> None:
    """The group waits for its tasks and brings their errors out."""
    recorded = run("fire_and_forget/task_group_fixed.py")
    assert "heard: disk full" in recorded.stdout
    assert recorded.stderr == ""
