"""What the page patterns/gather claims."""

from __future__ import annotations

from collections.abc import Callable

from stopwatch.model import Run
from tests.programs import lasted

Runs = Callable[[str], Run]


def test_it_takes_as_long_as_the_slowest(run: Runs) -> None:
    """gather() runs what it is given at the same time, one task for each coroutine."""
    basic = run("gather/basic.py")
    tasks = [basic.lane(f"Task-{n}") for n in (2, 3, 4)]
    assert basic.total < 0.7 * sum(lasted(task) for task in tasks)
    assert "['ADA', 'BOB', 'CLEO']" in basic.stdout


def test_results_keep_the_order_of_the_arguments(run: Runs) -> None:
    """gather() returns results in the order of its arguments, whoever finishes first."""
    order = run("gather/order.py")
    ended = {name: order.lane(name).ended or 0 for name in "ABC"}
    assert ended["B"] < ended["C"] < ended["A"]
    assert "['A', 'B', 'C']" in order.stdout


def test_it_wakes_its_waiter_once(run: Runs) -> None:
    """The waiter isn't resumed for each result, but once, when the last one is there."""
    order = run("gather/order.py")
    a = order.lane("A").ended
    assert a is not None
    first, *later = order.segments_of("main")
    assert first.waits_on == "gather"
    assert all(segment.start >= a for segment in later)


def test_a_list_of_any_length(run: Runs) -> None:
    """Results match the list they were made from; of an empty list there are none."""
    dynamic = run("gather/dynamic_list.py")
    assert "{'tea': 3, 'milk': 4, 'honey': 5, 'ginger': 6}\n{}" in dynamic.stdout


def test_the_first_error_is_raised_at_once(run: Runs) -> None:
    """The waiter sees the error when the child fails, not when all are done."""
    fails = run("gather/one_fails.py")
    b, c, caught = fails.lane("B"), fails.lane("C"), fails.line_at("caught").t
    assert (b.outcome, b.error) == ("error", "ValueError")
    assert b.ended is not None
    assert c.ended is not None
    assert b.ended <= caught < c.ended - 50


def test_siblings_keep_running(run: Runs) -> None:
    """An error stops no sibling: C is not done when it arrives, and ends by itself."""
    fails = run("gather/one_fails.py")
    assert "is C done? False" in fails.stdout
    assert fails.lane("C").outcome == "done"
    assert "C still returns 'C'" in fails.stdout


def test_errors_as_results(run: Runs) -> None:
    """With return_exceptions=True all children finish, and errors stand among the results."""
    returned = run("gather/return_exceptions.py")
    assert returned.lane("C").outcome == "done"
    assert "ok: A\nfailed: ValueError('B failed')\nok: C" in returned.stdout
    assert returned.line_at("ok: A").t >= (returned.lane("C").ended or 0)


def test_a_cancelled_child_is_no_exception(run: Runs) -> None:
    """Asked for Exception, a cancelled child passes for a success; BaseException finds it."""
    broken, fixed = run("gather/cancelled_child_broken.py"), run("gather/cancelled_child_fixed.py")
    assert broken.lane("B").outcome == fixed.lane("B").outcome == "cancelled"
    assert "B succeeded: CancelledError" in broken.stdout
    assert "B failed: CancelledError" in fixed.stdout


def test_a_second_error_is_lost(run: Runs) -> None:
    """The earlier error is raised; of the later one not even stderr hears."""
    both = run("gather/two_fail.py")
    assert "caught ValueError('B')" in both.stdout
    assert (both.lane("A").outcome, both.lane("A").error) == ("error", "ValueError")
    assert both.stderr == ""
