"""The claims of the pages under patterns/ (gather has a file of its own)."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable

import pytest

from stopwatch.model import Run
from tests.programs import lasted

Recorded = Callable[[str], Run]


def texts(run: Run) -> list[str]:
    """Return the lines a program wrote to stdout."""
    return [line.text for line in run.output if line.stream == "stdout"]


def outcomes(run: Run) -> dict[str, str]:
    """Return how each lane ended, by its name."""
    return {lane.name: lane.outcome for lane in run.lanes if lane.kind == "task" and lane.own}


# patterns/task-group


def test_a_group_waits_for_all_its_tasks(run: Recorded) -> None:
    """The body is done first, the group last, after as long as the slowest."""
    recorded = run("task_group/basic.py")
    assert texts(recorded)[0] == "the body is done"
    assert texts(recorded)[-1] == "the group is done"
    assert recorded.total < 400


def test_a_groups_results_stand_in_its_tasks(run: Recorded) -> None:
    """In the order of the list, whoever finished first."""
    recorded = run("task_group/results.py")
    assert texts(recorded) == ["['ANN', 'BOB', 'CEM']"]
    assert lasted(recorded.lane("bob")) < lasted(recorded.lane("ann"))


def test_tasks_of_a_group_start_in_its_body(run: Recorded) -> None:
    """At the body's first wait: not at creation, not at the end of the block."""
    recorded = run("task_group/starts_in_body.py")
    assert [(line.task, line.text) for line in recorded.output] == [
        ("main", "created, not started"),
        ("A", "starts"),
        ("main", "has waited 0.1 s inside the block"),
        ("B", "starts"),
        ("A", "ends"),
        ("B", "ends"),
        ("main", "all done"),
    ]


def test_a_groups_failure_cancels_the_rest(run: Recorded) -> None:
    """Who was done stays done; who wasn't is cancelled and cleans up first."""
    recorded = run("task_group/one_fails.py")
    assert outcomes(recorded) == {"main": "done", "A": "done", "B": "error", "C": "cancelled"}
    assert texts(recorded) == [
        "done",
        "cancelled, cleaning up",
        "caught (ValueError('no such user'),)",
    ]
    assert recorded.total < 350


def test_a_plain_except_misses_the_group(run: Recorded) -> None:
    """What comes out is an ExceptionGroup."""
    recorded = run("task_group/except_misses_broken.py")
    assert "ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)" in recorded.stderr
    assert "never printed" not in recorded.stdout


def test_an_error_caught_inside_never_reaches_the_group(run: Recorded) -> None:
    """The others finish."""
    recorded = run("task_group/tolerant.py")
    assert texts(recorded) == ["bob: no such user", "['ann', None, 'cem']"]
    assert set(outcomes(recorded).values()) == {"done"}


# patterns/create-task


def test_a_task_runs_while_its_maker_goes_on(run: Recorded) -> None:
    """Awaiting it later costs what is left of it."""
    recorded = run("create_task/background.py")
    assert texts(recorded) == ["goes on at once", "starts", "has done something else", "got 1 file"]
    assert recorded.total < 400


def test_the_maker_prints_first(run: Recorded) -> None:
    """The task starts when its maker waits."""
    recorded = run("create_task/main_prints_first.py")
    assert [line.task for line in recorded.output] == ["main", "main", "A", "main"]


def test_a_name_is_what_all_tasks_shows(run: Recorded) -> None:
    """Those that are done are no longer there; main's own name is Python's."""
    recorded = run("create_task/name.py")
    assert texts(recorded) == ["Task-1, fetch user 2, fetch user 3"]


def test_a_cancelled_task_is_over_when_it_was_awaited(run: Recorded) -> None:
    """Its clean-up takes its time."""
    recorded = run("create_task/cancel.py")
    assert texts(recorded)[-3:] == ["asked it to stop", "has hung up", "it has stopped"]
    assert outcomes(recorded)["poll"] == "cancelled"
    gap = recorded.line_at("it has stopped").t - recorded.line_at("asked it to stop").t
    assert gap > 90


def test_an_error_waits_in_its_task(run: Recorded) -> None:
    """It is heard of when it is that task's turn to be awaited."""
    recorded = run("create_task/awaited_too_late_broken.py")
    assert lasted(recorded.lane("fail")) < 300
    assert recorded.line_at("heard of it").t > 550


# patterns/wait


def test_wait_raises_nothing(run: Recorded) -> None:
    """All are done, and each tells how it went."""
    recorded = run("wait/all_completed.py")
    assert texts(recorded) == [
        "done: 3, pending: 0",
        "A: an answer",
        "B: no such user",
        "C: an answer",
    ]


def test_the_losers_run_on_until_cancelled(run: Recorded) -> None:
    """And are awaited, so that they are over."""
    recorded = run("wait/first_completed.py")
    assert outcomes(recorded) == {
        "main": "done",
        "Oslo": "cancelled",
        "Lima": "done",
        "Nara": "cancelled",
    }
    assert texts(recorded)[-1] == "cancelled: 2"


def test_an_empty_set_is_refused() -> None:
    """If all were done at once, there is nobody left to wait for, and wait() says so."""

    async def main() -> None:
        await asyncio.wait(set())

    with pytest.raises(ValueError, match=r"Set of Tasks/Futures is empty\."):
        asyncio.run(main())


def test_first_exception_returns_early_and_keeps_the_rest_running(run: Recorded) -> None:
    """C goes on after the error and finishes."""
    recorded = run("wait/first_exception.py")
    assert texts(recorded) == [
        "done: ['A', 'B']",
        "still running: ['C']",
        "the error: ValueError('disk full')",
    ]
    assert outcomes(recorded)["C"] == "done"


def test_a_timeout_of_wait_keeps_tasks_running(run: Recorded) -> None:
    """It neither raises nor cancels."""
    recorded = run("wait/timeout_keeps_running.py")
    assert "after the timeout: 1 done, 1 pending" in texts(recorded)
    assert texts(recorded)[-1] == "later: B done is True"
    assert outcomes(recorded)["B"] == "done"


def test_a_loop_variable_hides_a_function(run: Recorded) -> None:
    """The name is local in the whole function, and has no value yet."""
    assert "UnboundLocalError" in run("wait/shadowing_broken.py").stderr


def test_wait_refuses_bare_coroutines(run: Recorded) -> None:
    """With a message that says what to do."""
    message = "TypeError: Passing coroutines is forbidden, use tasks explicitly."
    assert message in run("wait/bare_coroutines_broken.py").stderr


# patterns/as-completed


def test_results_come_in_order_of_finishing(run: Recorded) -> None:
    """Not in that of the list."""
    assert texts(run("as_completed/in_finish_order.py")) == ["got Bob", "got Cem", "got Ann"]


def test_progress_counts_up(run: Recorded) -> None:
    """One line for each result, as it comes."""
    recorded = run("as_completed/progress.py")
    assert [text.partition(" ")[0] for text in texts(recorded)] == [f"[{n}/5]" for n in range(1, 6)]
    stamps = [line.t for line in recorded.output]
    assert min(b - a for a, b in itertools.pairwise(stamps)) > 50


def test_what_is_yielded_is_no_task_of_ours(run: Recorded) -> None:
    """So the result has to say whose it is."""
    recorded = run("as_completed/which_one.py")
    assert texts(recorded).count("is it one of mine? False") == 2
    assert "Roberta: 7" in texts(recorded)


def test_async_for_yields_our_tasks(run: Recorded) -> None:
    """Since 3.13."""
    recorded = run("as_completed/async_for.py")
    assert [text.partition(":")[0] for text in texts(recorded)] == ["Roberta", "Ann"]


def test_bare_coroutines_start_out_of_order(run: Recorded) -> None:
    """Tasks that were made beforehand start in order."""
    assert texts(run("as_completed/start_order_broken.py")) == [
        "coroutines start out of order",
        "tasks made beforehand start in order",
    ]


def test_its_timeout_raises_and_cancels_nothing(run: Recorded) -> None:
    """Bob finishes afterwards."""
    recorded = run("as_completed/timeout.py")
    assert "TimeoutError; Bob cancelled: False" in texts(recorded)
    assert outcomes(recorded)["Bob"] == "done"


# patterns/timeouts


def test_wait_for_cancels_and_raises(run: Recorded) -> None:
    """And its error is the built-in one."""
    recorded = run("timeouts/wait_for.py")
    assert texts(recorded) == ["an answer", "cancelled", "TimeoutError", "one class: True"]


def test_inside_a_cancellation_outside_a_timeout(run: Recorded) -> None:
    """One limit for the whole block."""
    recorded = run("timeouts/timeout_block.py")
    assert texts(recorded) == [
        "the first is done",
        "inside: CancelledError",
        "outside: TimeoutError",
    ]
    assert recorded.total < 450


def test_a_timeout_cancels_children(run: Recorded) -> None:
    """Those of a group and those of a gather."""
    ended = outcomes(run("timeouts/children.py"))
    assert (ended["A"], ended["B"], ended["C"]) == ("done", "cancelled", "cancelled")


def test_one_deadline_for_all_steps(run: Recorded) -> None:
    """The third step has no time left."""
    recorded = run("timeouts/deadline.py")
    assert texts(recorded)[-1] == "step 3: no time left"
    assert recorded.total < 590


def test_wait_for_waits_for_the_clean_up(run: Recorded) -> None:
    """So it takes longer than its limit."""
    recorded = run("timeouts/overrun.py")
    assert recorded.line_at("TimeoutError").t - recorded.line_at("cancelled").t > 250


def test_a_swallowed_cancellation_outlives_the_timeout(run: Recorded) -> None:
    """And there is no TimeoutError at all."""
    recorded = run("timeouts/swallowed_broken.py")
    assert texts(recorded) == ["attempt 1 failed", "done, at last"]
    assert recorded.total > 450


def test_retries_multiply_the_sdks_limit(run: Recorded) -> None:
    """A limit around the call holds whatever the SDK does."""
    recorded = run("timeouts/llm.py")
    said = dict(text.rsplit(": ", 1) for text in texts(recorded))
    assert float(said["the SDK's limit of 0.4 s"].split()[0]) >= 0.8
    assert float(said["a limit of 0.6 s around it"].split()[0]) < 0.8


def test_an_sdks_limit_is_for_each_piece(run: Recorded) -> None:
    """A streamed answer takes several times the limit, and nothing is raised."""
    said = texts(run("timeouts/each_wait.py"))[-1]
    assert said.startswith("8 words")
    assert float(said.split()[-2]) > 3 * 0.4


# patterns/cancellation


def test_cancel_is_a_request(run: Recorded) -> None:
    """Not done on return; done when the task had its turn."""
    assert texts(run("cancellation/request.py")) == [
        "waits",
        "right after cancel(), done: False",
        "told to stop, cleaning up",
        "after awaiting it, cancelled: True",
    ]


def test_cancelled_before_its_first_step_it_never_runs(run: Recorded) -> None:
    """Not even its finally."""
    recorded = run("cancellation/before_first_step.py")
    assert texts(recorded) == ["cancelled: True"]


def test_computing_cannot_be_cancelled(run: Recorded) -> None:
    """The request waits for the next suspension."""
    recorded = run("cancellation/between_suspensions.py")
    assert texts(recorded) == ["computed to the end", "cancelled: True"]
    assert recorded.line_at("computed to the end").t > 400


def test_swallowed_it_cannot_be_stopped(run: Recorded) -> None:
    """It finishes all the same."""
    recorded = run("cancellation/swallow_broken.py")
    assert outcomes(recorded)["poller"] == "done"
    assert "cancelled: False, result: finished all the same" in texts(recorded)


def test_shield_protects_the_task_not_the_waiter(run: Recorded) -> None:
    """The waiter is cancelled, the save finishes."""
    ended = outcomes(run("cancellation/shield.py"))
    assert (ended["handle"], ended["save"]) == ("cancelled", "done")


def test_the_end_of_the_loop_cancels_the_shielded(run: Recorded) -> None:
    """A shield holds as long as the loop."""
    recorded = run("cancellation/shield_limit_broken.py")
    assert outcomes(recorded)["save"] == "cancelled"
    assert "saved" not in texts(recorded)


def test_clean_up_may_await(run: Recorded) -> None:
    """The connection says goodbye before the task is over."""
    recorded = run("cancellation/cleanup_awaits.py")
    assert texts(recorded) == ["opened", "closed", "cancelled: True"]
    assert recorded.total > 380
