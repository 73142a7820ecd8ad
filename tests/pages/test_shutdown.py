"""The claims of the page apps/shutdown."""

from __future__ import annotations

from collections.abc import Callable

from stopwatch.model import Run

Recorded = Callable[[str], Run]


def test_ctrl_c_cancels_and_cleans_up(run: Recorded) -> None:
    """Both tasks are cancelled, both finish their clean-up, and only then does the program end."""
    recorded = run("shutdown/ctrl_c.py")
    said = [(line.task, line.text) for line in recorded.output]
    assert said[2:] == [("A", "closed"), ("B", "closed"), ("MainThread", "stopped by Ctrl-C")]
    assert {recorded.lane(name).outcome for name in ("main", "A", "B")} == {"cancelled"}
    assert recorded.exit == 130


def test_a_second_ctrl_c_ends_the_clean_up(run: Recorded) -> None:
    """It began to save a minute's worth and was stopped within a second."""
    recorded = run("shutdown/second_ctrl_c.py")
    assert recorded.stdout.splitlines() == ["first Ctrl-C: saving ...", "second Ctrl-C: not saved"]
    assert recorded.total < 5_000


def test_sigterm_runs_no_finally(run: Recorded) -> None:
    """Killed by signal 15 with the task unfinished and nothing said."""
    recorded = run("shutdown/sigterm_broken.py")
    assert recorded.exit == -15
    assert recorded.stdout == "connected"
    assert recorded.lane("main").outcome == "unfinished"


def test_a_handler_makes_sigterm_a_cancellation(run: Recorded) -> None:
    """The main task is cancelled and its finally block runs."""
    recorded = run("shutdown/sigterm_fixed.py")
    assert recorded.stdout.splitlines() == ["connected", "closed"]
    assert recorded.lane("main").outcome == "cancelled"


def test_draining_finishes_what_it_can(run: Recorded) -> None:
    """A and B finish, C is out of time, D and E are never started."""
    recorded = run("shutdown/drain.py")
    stopping = recorded.line_at("stopping with 2 in flight").t
    done = {line.task: line.t for line in recorded.output if line.text == "done"}
    assert done["A"] < stopping < done["B"]
    assert recorded.lane("C").outcome == "cancelled"
    assert not {"D", "E"} & {lane.name for lane in recorded.lanes}
    assert recorded.stdout.endswith("out of time: 1")
