"""The proofs of the table docs/tables/task_vs_coroutine.toml, each with its mutant."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from stopwatch.model import Run

Recorded = Callable[[str], Run]
proves = pytest.mark.proves


def program(name: str) -> str:
    """Return the full name of one of the table's programs."""
    return f"task_vs_coroutine/{name}.py"


def before(run: Run, first: str, second: str) -> bool:
    """Tell whether the first line with one text stands before the first with another."""
    lines = [line.text for line in run.output]
    found = [next(n for n, line in enumerate(lines) if text in line) for text in (first, second)]
    return found[0] < found[1]


def seconds(run: Run, label: str) -> float:
    """Return the seconds a program printed after a label."""
    match = re.search(rf"{label}: (\d+\.\d+) s", run.stdout)
    assert match
    return float(match[1])


# made by

MADE_BY = program("made_by")


@proves(
    "task_vs_coroutine.made_by.coroutine",
    mutant=(MADE_BY, "    coroutine = work()\n", "    coroutine = asyncio.run(work())\n"),
)
def test_a_coroutine_is_made_without_a_loop(run: Recorded) -> None:
    """Calling an async function makes a coroutine outside any task, before any loop runs."""
    made = run(MADE_BY).line_at("made a coroutine")
    assert made.task == "MainThread"
    assert made.t < run(MADE_BY).lane("main").created


@proves(
    "task_vs_coroutine.made_by.task",
    mutant=(
        MADE_BY,
        "        asyncio.create_task(coroutine)\n",
        "        asyncio.new_event_loop().create_task(coroutine)\n",
    ),
)
def test_a_task_needs_a_running_loop(run: Recorded) -> None:
    """create_task without a running loop is a RuntimeError; inside one it makes a Task."""
    assert "RuntimeError: no running event loop" in run(MADE_BY).stdout
    assert run(MADE_BY).line_at("made a Task").task == "main"


# body starts

STARTS = program("body_starts")


@proves(
    "task_vs_coroutine.body_starts.coroutine",
    mutant=(STARTS, "await coroutine\n", "await asyncio.create_task(coroutine, name='C')\n"),
)
def test_await_runs_a_coroutine_inside_its_caller(run: Recorded) -> None:
    """The body runs at the await, in main's own task, before main goes on."""
    assert run(STARTS).line_at("coroutine: body starts").task == "main"
    assert before(run(STARTS), "all three are made", "coroutine: body starts")
    assert before(run(STARTS), "coroutine: body starts", "main goes on")


@proves(
    "task_vs_coroutine.body_starts.task",
    mutant=(STARTS, "await coroutine\n", "await asyncio.sleep(0)\n    await coroutine\n"),
)
def test_a_task_starts_at_the_next_turn(run: Recorded) -> None:
    """Tasks start when the loop next has control, in the order of their creation."""
    assert before(run(STARTS), "main goes on", "A: body starts")
    assert before(run(STARTS), "A: body starts", "B: body starts")
    assert before(run(STARTS), "B: body starts", "main is back")


# never awaited

NEVER = program("never_awaited_broken")


@proves(
    "task_vs_coroutine.never_awaited.coroutine",
    mutant=(
        NEVER,
        '    work("coroutine")\n',
        '    await asyncio.gather(work("coroutine"), return_exceptions=True)\n',
    ),
)
def test_a_coroutine_never_awaited_never_runs(run: Recorded) -> None:
    """Its body doesn't run; all there is to see is a RuntimeWarning."""
    assert "coroutine: body runs" not in run(NEVER).stdout
    assert "RuntimeWarning: coroutine 'work' was never awaited" in run(NEVER).stderr


@proves(
    "task_vs_coroutine.never_awaited.task",
    mutant=(NEVER, 'asyncio.create_task(work("task"), name="task")', 'work("task")'),
)
def test_a_task_never_awaited_runs_and_fails_unheard(run: Recorded) -> None:
    """It runs; its exception goes to the log and main ends well."""
    assert "task: body runs" in run(NEVER).stdout
    assert "Task exception was never retrieved" in run(NEVER).stderr
    assert "main ends well" in run(NEVER).stdout
    assert run(NEVER).exit == 0


# the current task

CURRENT = program("current_task")


@proves(
    "task_vs_coroutine.current_task.coroutine",
    mutant=(CURRENT, 'await body("coroutine")', 'await asyncio.gather(body("coroutine"))'),
)
def test_a_coroutine_is_in_its_callers_task(run: Recorded) -> None:
    """Inside an awaited coroutine current_task() is the caller's."""
    said = dict(re.findall(r"(main is|coroutine: runs in) (.+)", run(CURRENT).stdout))
    assert said["main is"] == said["coroutine: runs in"]


@proves(
    "task_vs_coroutine.current_task.task",
    mutant=(
        CURRENT,
        'await asyncio.create_task(body("task"), name="worker")',
        'await body("task")',
    ),
)
def test_a_task_is_its_own(run: Recorded) -> None:
    """Inside a task current_task() is that task."""
    assert "task: runs in worker" in run(CURRENT).stdout
    assert run(CURRENT).line_at("task: runs in").task == "worker"


# overlaps

OVERLAPS = program("overlaps")


@proves(
    "task_vs_coroutine.overlaps.coroutine",
    mutant=(OVERLAPS, "    await nap(0.1)\n", "    asyncio.ensure_future(nap(0.1))\n"),
)
def test_coroutines_in_a_row_add_up(run: Recorded) -> None:
    """Awaited one after the other, 0.1 s and 0.2 s take their sum."""
    assert 0.28 < seconds(run(OVERLAPS), "coroutines") < 0.4


@proves(
    "task_vs_coroutine.overlaps.task",
    mutant=(
        OVERLAPS,
        "    await nap(0.2)\n    await task\n",
        "    await task\n    await nap(0.2)\n",
    ),
)
def test_a_task_overlaps_its_caller(run: Recorded) -> None:
    """A task of 0.1 s beside 0.2 s of the caller's own waiting takes no time extra."""
    assert seconds(run(OVERLAPS), "task") < 0.75 * seconds(run(OVERLAPS), "coroutines")


# does await give up the loop

YIELDS = program("yields")


def runs_of(run: Run, name: str) -> float:
    """Return when a bystander ran (ms)."""
    return next(line.t for line in run.output if line.text == "runs" and line.task == name)


@proves(
    "task_vs_coroutine.yields.coroutine",
    mutant=(YIELDS, "    pass\n", "    await asyncio.sleep(0)\n"),
)
def test_awaiting_a_coroutine_that_never_suspends_keeps_the_loop(run: Recorded) -> None:
    """Nobody else runs before main goes on."""
    recorded = run(YIELDS)
    assert recorded.line_at("awaited a coroutine").t < runs_of(recorded, "A")


@proves(
    "task_vs_coroutine.yields.task",
    mutant=(YIELDS, "    await task  # done by now\n", "    await asyncio.sleep(0)\n"),
)
def test_awaiting_a_finished_task_keeps_the_loop(run: Recorded) -> None:
    """A task that isn't done gives the others their turn; a finished one doesn't."""
    recorded = run(YIELDS)
    assert runs_of(recorded, "A") < recorded.line_at("awaited a task that was not done").t
    assert recorded.line_at("awaited the same task, done").t < runs_of(recorded, "B")


# awaited twice

TWICE = program("awaited_twice")


@proves(
    "task_vs_coroutine.awaited_twice.coroutine",
    mutant=(TWICE, "        await coroutine\n", "        await answer()\n"),
)
def test_a_coroutine_cant_be_awaited_twice(run: Recorded) -> None:
    """The second await is a RuntimeError."""
    assert "RuntimeError: cannot reuse already awaited coroutine" in run(TWICE).stdout


@proves(
    "task_vs_coroutine.awaited_twice.task",
    mutant=(TWICE, 'print(f"task again: {await task}")', "await task.get_coro()"),
)
def test_a_task_gives_its_result_again(run: Recorded) -> None:
    """The second await of a task returns the same."""
    assert re.search(r"task: (\d+)\ntask again: \1", run(TWICE).stdout)


# state

STATE = program("state")


@proves(
    "task_vs_coroutine.state.coroutine",
    mutant=(STATE, "    await asyncio.sleep(0.1)\n", "    pass\n"),
)
def test_a_coroutine_has_four_states(run: Recorded) -> None:
    """Created, running, suspended, closed: inspect tells them apart."""
    states = re.findall(r"CORO_[A-Z]+", run(STATE).stdout)
    assert list(dict.fromkeys(states)) == [
        "CORO_CREATED", "CORO_RUNNING", "CORO_SUSPENDED", "CORO_CLOSED",
    ]  # fmt: skip


@proves(
    "task_vs_coroutine.state.task",
    mutant=(STATE, "for seconds in (0, 0.05, 0.1):", "for seconds in (0, 0.05):"),
)
def test_a_task_is_done_or_not(run: Recorded) -> None:
    """While its coroutine is created, running or suspended a task is simply not done."""
    assert re.findall(r"done: (\w+)", run(STATE).stdout) == ["False", "False", "False", "True"]
    assert "cancelled: False" in run(STATE).stdout


# stop it

STOPPING = program("stopping")


@proves(
    "task_vs_coroutine.stopping.coroutine",
    mutant=(STOPPING, "            coroutine.close()\n", "            pass\n"),
)
def test_close_ends_a_coroutine_at_once(run: Recorded) -> None:
    """Finally runs before close() returns, if it had started; an await in it is an error."""
    recorded = run(STOPPING)
    assert before(recorded, "started: finally", "closed")
    assert recorded.line_at("started: finally").task == "main"
    assert "not started: finally" not in recorded.stdout
    assert "RuntimeError: coroutine ignored GeneratorExit" in recorded.stdout


@proves(
    "task_vs_coroutine.stopping.task",
    mutant=(STOPPING, '        return "finished all the same"\n', "        raise\n"),
)
def test_cancel_is_a_request(run: Recorded) -> None:
    """After cancel() a task isn't done yet; one may catch the request and finish."""
    recorded = run(STOPPING)
    assert "after cancel(), done: False" in recorded.stdout
    assert before(recorded, "after cancel()", "task: finally")
    assert "cancelled: True, refusing: finished all the same" in recorded.stdout
    assert recorded.lane("task").outcome == "cancelled"
    assert recorded.lane("refusing").outcome == "done"


# result

RESULT = program("result")


@proves(
    "task_vs_coroutine.result.coroutine",
    mutant=(
        RESULT,
        "    coroutine = answer()\n",
        "    coroutine = asyncio.ensure_future(answer())\n",
    ),
)
def test_a_coroutine_has_no_result_method(run: Recorded) -> None:
    """Its result comes through await and no other way."""
    assert "coroutine has result(): False" in run(RESULT).stdout
    assert "coroutine: 42" in run(RESULT).stdout


@proves(
    "task_vs_coroutine.result.task",
    mutant=(
        RESULT,
        "    try:\n        task.result()",
        "    await task\n    try:\n        task.result()",
    ),
)
def test_a_tasks_result_too_early_is_an_error(run: Recorded) -> None:
    """result() before the end is an InvalidStateError, afterwards the value."""
    assert "too early: InvalidStateError: Result is not set." in run(RESULT).stdout
    assert "task: 42" in run(RESULT).stdout


# exception

EXCEPTION = program("exception")


@proves(
    "task_vs_coroutine.exception.coroutine",
    mutant=(
        EXCEPTION,
        '        await fail("coroutine")\n',
        '        asyncio.create_task(fail("coroutine"))\n',
    ),
)
def test_a_coroutine_raises_at_its_await(run: Recorded) -> None:
    """The exception comes out where the coroutine is awaited."""
    assert run(EXCEPTION).line_at("raised at the await: coroutine").task == "main"


@proves(
    "task_vs_coroutine.exception.task",
    mutant=(EXCEPTION, "    await asyncio.sleep(0.1)\n", "    await task\n"),
)
def test_a_task_keeps_its_exception(run: Recorded) -> None:
    """It fails in silence; exception() and await bring the error out, as often as asked."""
    recorded = run(EXCEPTION)
    assert "task done: True, and nothing was raised" in recorded.stdout
    assert "exception() returns ValueError('task')" in recorded.stdout
    assert "raised at its await: task" in recorded.stdout
    assert recorded.lane("task").error == "ValueError"


# context variables

CONTEXT = program("context")


@proves(
    "task_vs_coroutine.context.coroutine",
    mutant=(
        CONTEXT,
        '    await sign_in("Bob")\n',
        '    await asyncio.create_task(sign_in("Bob"))\n',
    ),
)
def test_a_coroutine_shares_its_callers_context(run: Recorded) -> None:
    """What it sets, the caller sees."""
    assert "after the coroutine: Bob" in run(CONTEXT).stdout


@proves(
    "task_vs_coroutine.context.task",
    mutant=(
        CONTEXT,
        '    await asyncio.create_task(sign_in("Ada"), name="task")\n',
        '    await sign_in("Ada")\n',
    ),
)
def test_a_task_has_a_copy_of_the_context(run: Recorded) -> None:
    """What it sets stays in it."""
    assert "after the task: nobody" in run(CONTEXT).stdout


# name, callbacks

NAMES = program("name_and_callbacks")


@proves(
    "task_vs_coroutine.name_and_callbacks.coroutine",
    mutant=(
        NAMES,
        "    coroutine = work()\n",
        "    coroutine = asyncio.ensure_future(work())\n    coroutine.__class__.__qualname__\n",
    ),
)
def test_a_coroutine_has_only_its_functions_name(run: Recorded) -> None:
    """__qualname__ is the function's; there is no get_name() and no callback."""
    said = run(NAMES).stdout
    assert "coroutine: work" in said
    assert "get_name(): False" in said
    assert "add_done_callback(): False" in said


@proves(
    "task_vs_coroutine.name_and_callbacks.task",
    mutant=(NAMES, "    task.add_done_callback(report)\n", ""),
)
def test_a_task_has_a_name_and_callbacks(run: Recorded) -> None:
    """The callback is told of the task, by its name, when it is done."""
    assert "fetch is done" in run(NAMES).stdout
    assert run(NAMES).lane("fetch").outcome == "done"


# given to asyncio.wait

WAIT = program("wait")


@proves(
    "task_vs_coroutine.wait.coroutine",
    mutant=(
        WAIT,
        "    coroutine = work()\n",
        "    coroutine = asyncio.ensure_future(work())\n    coroutine.close = print\n",
    ),
)
def test_wait_refuses_coroutines(run: Recorded) -> None:
    """Since Python 3.11 a bare coroutine is a TypeError."""
    assert "TypeError: Passing coroutines is forbidden" in run(WAIT).stdout


@proves(
    "task_vs_coroutine.wait.task",
    mutant=(
        WAIT,
        '[asyncio.create_task(work(), name="task")]',
        '[asyncio.create_task(work(), name="task")], timeout=0',
    ),
)
def test_wait_accepts_tasks(run: Recorded) -> None:
    """A task is waited for and comes back in the set of those that are done."""
    assert "done: 1, pending: 0" in run(WAIT).stdout
