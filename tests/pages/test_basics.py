"""The claims of the pages under basics/."""

from __future__ import annotations

from collections.abc import Callable

from stopwatch.model import Run
from tests.programs import lasted

Recorded = Callable[[str], Run]


def said(run: Run) -> list[tuple[str, str]]:
    """Return (task, text) of every line a program wrote to stdout."""
    return [(line.task, line.text) for line in run.output if line.stream == "stdout"]


# basics/coroutines


def test_calling_runs_nothing(run: Recorded) -> None:
    """The body starts at the await, long after the call."""
    recorded = run("coroutines/call_returns.py")
    assert "the call returned a coroutine" in recorded.stdout
    assert recorded.line_at("greeting Ada").t > recorded.line_at("nothing has run it yet").t > 150
    assert recorded.line_at("greeting Ada").task == "main"


def test_never_awaited_never_runs_and_is_warned_about(run: Recorded) -> None:
    """The list stays empty; the warning names the coroutine and the line."""
    recorded = run("coroutines/never_awaited_broken.py")
    assert "saved: []" in recorded.stdout
    assert "RuntimeWarning: coroutine 'save' was never awaited" in recorded.stderr
    assert "snippets/coroutines/never_awaited_broken.py:" in recorded.stderr
    assert recorded.exit == 0


def test_a_coroutine_cannot_be_awaited_twice(run: Recorded) -> None:
    """The second time is a RuntimeError."""
    recorded = run("coroutines/await_twice_broken.py")
    assert recorded.stdout == "42"
    assert "RuntimeError: cannot reuse already awaited coroutine" in recorded.stderr


def test_an_object_of_ones_own_can_be_awaited(run: Recorded) -> None:
    """Twice even, and it's no coroutine."""
    recorded = run("coroutines/custom_awaitable.py")
    assert recorded.stdout.count("hot water") == 2
    assert "is it a coroutine? False" in recorded.stdout


def test_run_refuses_inside_a_running_loop(run: Recorded) -> None:
    """With the message that notebooks show."""
    recorded = run("coroutines/run_inside_broken.py")
    message = "asyncio.run() cannot be called from a running event loop"
    assert f"RuntimeError: {message}" in recorded.stderr


# basics/event-loop


def test_the_toy_loop_overlaps_waits(run: Recorded) -> None:
    """Starts in order, ends by delay, as long as the longest, two turns each."""
    recorded = run("event_loop/toy_loop.py")
    lines = [line.text for line in recorded.output]
    starts, ends = [f"{n} starts" for n in "ABC"], [f"{n} ends" for n in "BCA"]
    assert lines == [*starts, *ends, "6 turns"]
    assert recorded.total < 450


def test_ready_callbacks_run_in_order_one_at_a_time(run: Recorded) -> None:
    """What was made ready first runs first; a second step queues up behind the others."""
    recorded = run("event_loop/loop_trace.py")
    assert [text for _, text in said(recorded)] == [
        "while main runs, nobody else does",
        "callback 1",
        "first step",
        "callback 2",
        "second step",
        "timer, due after 0.2 s",
    ]
    assert recorded.line_at("timer").t > 195


def test_the_loop_ends_with_main(run: Recorded) -> None:
    """What is left over is cancelled: it doesn't finish."""
    recorded = run("event_loop/run_ends_with_main.py")
    assert recorded.lane("upload").outcome == "cancelled"
    assert "uploaded" not in recorded.stdout
    assert recorded.total < 700


def test_there_is_one_loop(run: Recorded) -> None:
    """Tasks of a group in one function and of another function run on the same loop at once."""
    recorded = run("event_loop/one_loop.py")
    assert recorded.stdout == "loops: 1"
    assert recorded.lane("report").created < 100
    assert recorded.lane("toast").created < 100
    assert recorded.total < 450


def test_a_queue_is_bound_to_its_loop(run: Recorded) -> None:
    """Used from a second loop, it raises."""
    recorded = run("event_loop/two_loops_broken.py")
    assert recorded.stdout.splitlines() == [
        "nothing came",
        "RuntimeError: the queue is bound to a different event loop",
    ]


# basics/yielding-control


def test_no_wait_no_switch(run: Recorded) -> None:
    """Two tasks that compute run one after the other."""
    recorded = run("yielding_control/no_await_no_switch.py")
    assert said(recorded) == [
        ("first", "starts"),
        ("first", "ends"),
        ("second", "starts"),
        ("second", "ends"),
    ]


def test_a_sleep_switches(run: Recorded) -> None:
    """The second finishes first, and the total is the longer."""
    recorded = run("yielding_control/sleep_switches.py")
    assert [task for task, _ in said(recorded)] == ["first", "second", "second", "first"]
    assert recorded.total < 360


def test_what_is_ready_does_not_switch(run: Recorded) -> None:
    """Four awaits go straight on; sleep(0) doesn't."""
    lines = said(run("yielding_control/ready_does_not_switch.py"))
    place = lines.index(("other", "at last, a turn for me"))
    before = [text for _, text in lines[:place]]
    assert len(before) == 4
    assert all(text.startswith("awaited a ") for text in before)
    assert lines[place + 1] == ("main", "awaited sleep(0)")


def test_slices_let_others_live(run: Recorded) -> None:
    """The same work in slices lets a ticker tick; in one go it doesn't."""
    recorded = run("yielding_control/sleep_zero.py")
    ticks = {text.partition(",")[0]: int(text.rpartition(" ")[2]) for _, text in said(recorded)}
    assert ticks["in_one_go"] <= 2
    assert ticks["in_slices"] >= 4


def test_await_runs_a_coroutine_inside_the_caller(run: Recorded) -> None:
    """The steps are the cook's own and in turn; the radio goes on meanwhile."""
    recorded = run("yielding_control/inside_the_caller.py")
    assert [line.text for line in recorded.output if line.task == "cook"] == [
        "peel runs inside the task cook",
        "boil runs inside the task cook",
    ]
    assert said(recorded)[1] == ("radio", "still listening")
    assert lasted(recorded.lane("cook")) > 380
    assert {"peel", "boil", "step"}.isdisjoint(lane.name for lane in recorded.lanes)


def test_only_the_real_wait_switches(run: Recorded) -> None:
    """Each task runs through the helper that never waits, up to the sleep, in one go."""
    lines = said(run("yielding_control/full_example.py"))
    assert [task for task, _ in lines] == list("AAAABBBBAABB")


# basics/futures


def test_a_future_bridges_a_callback(run: Recorded) -> None:
    """The main task waits for what a callback will set."""
    recorded = run("futures/future_bridge.py")
    assert said(recorded) == [("main", "ordered"), ("main", "eating pizza")]
    assert recorded.line_at("eating").t > 295


def test_all_who_wait_wake_and_a_future_is_set_once(run: Recorded) -> None:
    """In the order in which they began to wait; the second set is an InvalidStateError."""
    lines = said(run("futures/several_wait.py"))
    assert lines[:3] == [(name, "hears bang") for name in ("Ann", "Bob", "Cem")]
    assert lines[3][1].startswith("InvalidStateError")


def test_a_result_from_a_thread_must_wake_the_loop(run: Recorded) -> None:
    """Set directly it is seen when the loop's next timer is due; thread-safely at once."""
    late, prompt = run("futures/from_thread_broken.py"), run("futures/from_thread_fixed.py")
    assert late.line_at("got 42").t - late.line_at("set").t > 400
    assert prompt.line_at("got 42").t - prompt.line_at("set").t < 150
    assert late.line_at("set").task == prompt.line_at("set").task == "sensor"
