"""The claims of the page apps/testing."""

from __future__ import annotations

from collections.abc import Callable

from stopwatch.model import Run

Recorded = Callable[[str], Run]


def test_an_async_test_in_a_plain_test_case_never_runs(run: Recorded) -> None:
    """It passes, with two warnings, and its first line was not reached."""
    recorded = run("testing/never_ran_broken.py")
    assert recorded.exit == 0
    assert "OK" in recorded.stderr.splitlines()
    assert "was never awaited" in recorded.stderr
    assert "DeprecationWarning" in recorded.stderr
    assert "the test runs" not in recorded.stdout
    assert not [lane for lane in recorded.lanes if lane.kind == "task"]


def test_the_same_test_fails_when_it_runs(run: Recorded) -> None:
    """IsolatedAsyncioTestCase gives it a loop and a task, and the bug comes out."""
    recorded = run("testing/never_ran_fixed.py")
    assert recorded.exit == 1
    assert "the test runs" in recorded.stdout
    assert "AssertionError: total is 5" in recorded.stderr
    assert recorded.lane("test_total").outcome == "error"


def test_a_called_mock_need_not_be_awaited(run: Recorded) -> None:
    """assert_called_once passes although the await is missing; assert_awaited_once does not."""
    said = run("testing/called_not_awaited_broken.py").stdout
    assert "assert_called_once: passed" in said
    assert "Awaited 0 times" in said


def test_the_fake_decides_who_is_first(run: Recorded) -> None:
    """A is asked first, B answers first, and A's request is cancelled."""
    recorded = run("testing/fake.py")
    assert [line.task for line in recorded.output if line.text == "asked"] == ["A", "B"]
    assert recorded.lane("A").outcome == "cancelled"
    assert recorded.lane("B").outcome == "done"
    assert "OK" in recorded.stderr.splitlines()


def test_a_virtual_clock_does_not_wait(run: Recorded) -> None:
    """Fifteen minutes by the loop's clock take less than a real second."""
    recorded = run("testing/virtual_clock.py")
    assert "ready after 5 minutes" in recorded.stdout
    assert "gave up 10 minutes later" in recorded.stdout
    assert recorded.total < 1000


def test_a_virtual_clock_jumps_over_a_thread(run: Recorded) -> None:
    """A minute's timeout fires although the thread needs a tenth of a second."""
    recorded = run("testing/jumps_over_threads_broken.py")
    line = recorded.line_at("timed out when the loop's clock said 60 s")
    assert any(lane.name.startswith("ThreadPool") for lane in recorded.lanes)
    assert line.t < 100  # ms; a thread that has not even begun with it by then is not waited for
