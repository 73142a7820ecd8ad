"""The claims of the page apps/hangs."""

from __future__ import annotations

from collections.abc import Callable

from stopwatch.model import Run
from tests.conftest import ROOT

Recorded = Callable[[str], Run]


def test_a_forgotten_await_does_nothing_and_fails_nothing(run: Recorded) -> None:
    """The body never runs, the program ends well, a warning is all there is."""
    recorded = run("hangs/forgotten_await_broken.py")
    assert recorded.stdout == "main ends well"
    assert "coroutine 'save' was never awaited" in recorded.stderr
    assert recorded.exit == 0


def test_locks_in_opposite_order_wait_for_ever(run: Recorded) -> None:
    """Both tasks have one lock and wait for the other until main gives up."""
    recorded = run("hangs/deadlock_broken.py")
    assert recorded.stdout.splitlines() == ["has one lock", "has one lock", "gave up"]
    for name in "AB":
        assert recorded.lane(name).outcome == "cancelled"
        waiting, cancelled = recorded.segments_of(name)[-2:]
        assert cancelled.start - waiting.end > 0.5 * recorded.total


def test_the_same_order_ends(run: Recorded) -> None:
    """B takes its first lock only after A has released both."""
    recorded = run("hangs/deadlock_fixed.py")
    assert [(line.task, line.text) for line in recorded.output] == [
        ("A", "has one lock"),
        ("A", "has both"),
        ("B", "has one lock"),
        ("B", "has both"),
    ]


def test_a_dead_worker_hangs_join_and_says_nothing(run: Recorded) -> None:
    """The worker fails at once, main waits on; cancelling the dead task keeps its error quiet."""
    recorded = run("hangs/dead_worker_broken.py")
    worker = recorded.lane("worker")
    assert (worker.outcome, worker.error) == ("error", "ValueError")
    assert worker.ended is not None
    assert recorded.line_at("gave up").t > 3 * worker.ended
    assert recorded.stderr == ""


def test_a_group_hears_of_the_worker_at_once(run: Recorded) -> None:
    """The error ends the group long before the timeout."""
    recorded = run("hangs/dead_worker_fixed.py")
    assert "heard: invalid literal" in recorded.stdout
    assert recorded.total < 0.5 * run("hangs/dead_worker_broken.py").total


def test_run_ends_with_main(run: Recorded) -> None:
    """What is still running when main returns is cancelled, not finished."""
    recorded = run("hangs/ends_too_early_broken.py")
    assert "upload done: False" in recorded.stdout
    assert recorded.lane("upload").outcome == "cancelled"
    assert "uploaded" not in recorded.stdout


def test_a_signal_prints_every_stack(run: Recorded) -> None:
    """All three tasks are shown at the line where they wait."""
    said = run("hangs/look_inside.py").stderr
    assert said.count("Stack for <Task pending") == 3
    assert said.count("async with second:") == 2


def test_a_held_loop_runs_no_handler(run: Recorded) -> None:
    """The loop's handler waits for the culprit; faulthandler has seen it meanwhile."""
    recorded = run("hangs/held_loop.py")
    blocked = recorded.line_at("is back").t - recorded.line_at("blocks").t
    assert blocked > 0.5 * recorded.total
    assert recorded.line_at("the loop's handler").t >= recorded.line_at("is back").t
    source = (ROOT / "snippets/hangs/held_loop.py").read_text("utf-8").splitlines()
    seen = int(recorded.stdout.partition("faulthandler saw: line ")[2].split()[0])
    assert "time.sleep" in source[seen - 1]


def test_another_process_sees_who_waits_for_whom(run: Recorded) -> None:
    """Python 3.14's pstree names both tasks below the one that waits for them."""
    said = run("hangs/pstree.py").stdout
    assert said.index("(T) Task-1") < said.index("(T) A") < said.index("(T) B")
    assert said.count("Lock.acquire") == 2
