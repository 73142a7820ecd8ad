"""The proofs of the table docs/tables/patterns.toml, each with its mutant.

A case is a cell, what must hold for recorded runs of a program, and a change to that program (or to
the one that the cell names) after which it must hold no longer.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stopwatch.model import Run
from tests.programs import lasted

Recorded = Callable[[str], Run]
Check = Callable[[Run], bool]
Change = tuple[str, str]

A, B, C = "A after 0.3 s", "B after 0.6 s", "C after 0.9 s"
NO_FAILURE = ('if name == "B":', 'if name == "nobody":')
LEAVES_AT_ONCE = ("await asyncio.sleep(0.7)", "await asyncio.sleep(0)")
NOT_CANCELLED = ("waiter.cancel()", "waiter.done()")
NO_LIMIT = ("asyncio.timeout(0.3)", "asyncio.timeout(9)")
LONG_LIMIT = ("timeout=0.3", "timeout=9")


def prints(*lines: str) -> Check:
    """Return a check that a program printed exactly these lines."""
    return lambda run: run.stdout.splitlines() == list(lines)


def says(*lines: str) -> Check:
    """Return a check that a program printed these lines, among others."""
    return lambda run: set(lines) <= set(run.stdout.splitlines())


def ends(**outcomes: str) -> Check:
    """Return a check of how tasks ended, by name."""
    return lambda run: all(run.lane(name).outcome == what for name, what in outcomes.items())


def lasts(least: float, most: float) -> Check:
    """Return a check of a program's duration (ms)."""
    return lambda run: least <= run.total <= most


def goes_on_after(text: str, task: str, least: float) -> Check:
    """Return a check that a task lived on for at least so long (ms) after a line was printed."""
    return lambda run: (
        run.lane(task).created + lasted(run.lane(task)) - run.line_at(text).t >= least
    )


def threads_work_until(least: float) -> Check:
    """Return a check that some thread of a pool was at work at that moment (ms)."""
    return lambda run: any(
        segment.end >= least
        for lane in run.lanes
        if lane.kind == "thread" and lane.own and lane.name != "MainThread"
        for segment in run.segments_of(lane.name)
    )


def case(cell: str, checks: list[Check], change: Change, program: str = "") -> object:
    """Return one cell's parameters; its program is the one that the cell's column stands for."""
    pattern, column = cell.split(".")
    suffix = {"get": "", "fails": "_fails", "siblings": "_fails"}.get(column, "_limits")
    name = program or f"comparison/{pattern}{suffix}.py"
    mark = pytest.mark.proves(f"patterns.{cell}", mutant=(name, *change))
    return pytest.param(name, checks, marks=mark, id=cell)


def after_a_limit(*states: str, error: str = "TimeoutError") -> Check:
    """Return a check of what a limits program says of its second half."""
    return says(error, f"after the timeout: {', '.join(states)}")


def when_cancelled(*states: str) -> Check:
    """Return a check of what a limits program says of its first half."""
    return says(f"waiter cancelled: {', '.join(states)}")


def waits(pattern: str, option: str) -> list[object]:
    """Return the cases that the three forms of wait() share."""
    call = f"await asyncio.wait(tasks{option})"
    gathered = "set(await asyncio.gather(*tasks)), set[asyncio.Task[str]]()"
    limit = "0.1" if "COMPLETED" in option else "0.3"
    going_on = "A done", "B done", "C done"
    pending = "no error, 3 pending" if "COMPLETED" in option else "no error, 2 pending"
    return [
        case(
            f"{pattern}.fails",
            [ends(main="done", B="error"), says("B: ValueError('B failed')")],
            (call, gathered),
        ),
        case(
            f"{pattern}.cancelled",
            [when_cancelled(*going_on)],
            (f"    {call}\n\n", "    await asyncio.gather(*tasks)\n\n"),
        ),
        case(
            f"{pattern}.timeout",
            [after_a_limit(*going_on, error=pending)],
            (f"timeout={limit}", "timeout=9"),
        ),
    ]


def completions(pattern: str, loop: str) -> list[object]:
    """Return the cases that both ways to go over as_completed() share."""
    going_on = "A done", "B done", "C done"
    limit = (f"{loop}, timeout=0.3)", f"{loop}, timeout=9)")
    return [
        case(f"{pattern}.fails", [says("raised: B failed"), lasts(1200, 1700)], NO_FAILURE),
        case(
            f"{pattern}.siblings",
            [ends(C="done"), goes_on_after("raised", "C", 200)],
            LEAVES_AT_ONCE,
        ),
        case(
            f"{pattern}.cancelled",
            [when_cancelled(*going_on)],
            (f"{loop}):\n", f"{loop}):\n        await asyncio.gather(*tasks)\n"),
        ),
        case(f"{pattern}.timeout", [after_a_limit(*going_on)], limit),
    ]


CASES = [
    # await in turn
    case(
        "in_turn.get",
        [prints(A, B, C), lasts(1700, 2300)],
        (
            "    for name, seconds in CALLS.items():\n        print(await call(name, seconds))\n",
            "    print('\\n'.join(await asyncio.gather(*(call(*c) for c in CALLS.items()))))\n",
        ),
    ),
    case("in_turn.fails", [prints(A, "raised: B failed")], NO_FAILURE),
    case("in_turn.siblings", [prints(A, "raised: B failed"), lasts(1500, 2000)], NO_FAILURE),
    case("in_turn.cancelled", [when_cancelled("A done", "B cancelled")], NOT_CANCELLED),
    case("in_turn.timeout", [after_a_limit("A done", "B cancelled")], NO_LIMIT),
    # create_task, then await
    case(
        "create_task.get",
        [
            prints(A, B, C),
            lasts(800, 1300),
            lambda run: run.lane("A").created < run.lane("B").created < run.lane("C").created,
            lambda run: (
                run.segments_of("A")[0].start
                < run.segments_of("B")[0].start
                < run.segments_of("C")[0].start
            ),
        ],
        ("asyncio.create_task(call(name, seconds), name=name)", "call(name, seconds)"),
    ),
    case("create_task.fails", [prints(A, "raised: B failed")], NO_FAILURE),
    case(
        "create_task.siblings",
        [ends(C="done"), goes_on_after("raised", "C", 200)],
        LEAVES_AT_ONCE,
    ),
    case(
        "create_task.cancelled", [when_cancelled("A done", "B cancelled", "C done")], NOT_CANCELLED
    ),
    case("create_task.timeout", [after_a_limit("A done", "B cancelled", "C done")], NO_LIMIT),
    # gather
    case(
        "gather.get",
        [prints("finished: B C A", "returned: A B C")],
        ("asyncio.gather(*tasks)", "asyncio.gather(*reversed(tasks))"),
        "order/gather_keeps_input_order.py",
    ),
    case("gather.fails", [prints("raised: B failed"), lasts(1200, 1700)], NO_FAILURE),
    case(
        "gather.siblings",
        [ends(B="error", C="done"), goes_on_after("raised", "C", 200)],
        LEAVES_AT_ONCE,
    ),
    case(
        "gather.cancelled", [when_cancelled("A done", "B cancelled", "C cancelled")], NOT_CANCELLED
    ),
    case("gather.timeout", [after_a_limit("A done", "B cancelled", "C cancelled")], NO_LIMIT),
    # gather, errors returned
    case(
        "gather_return_exceptions.get",
        [says("A succeeded: 'A'"), lambda run: "B failed: CancelledError" in run.stdout],
        ("return_exceptions=True", "return_exceptions=False"),
        "gather/cancelled_child_fixed.py",
    ),
    case(
        "gather_return_exceptions.fails",
        [prints(f"['{A}', ValueError('B failed'), '{C}']")],
        ("*tasks, return_exceptions=True", "*tasks"),
    ),
    case(
        "gather_return_exceptions.siblings",
        [ends(main="done", B="error", C="done")],
        ("*tasks, return_exceptions=True", "*tasks"),
    ),
    case(
        "gather_return_exceptions.cancelled",
        [when_cancelled("A done", "B cancelled", "C cancelled")],
        NOT_CANCELLED,
    ),
    case(
        "gather_return_exceptions.timeout",
        [after_a_limit("A done", "B cancelled", "C cancelled")],
        NO_LIMIT,
    ),
    # TaskGroup
    case(
        "task_group.get",
        [prints(f"['{A}', '{B}', '{C}']"), lasts(800, 1300)],
        (
            "async with asyncio.TaskGroup() as group:",
            "for group in [asyncio.get_running_loop()]:",
        ),
    ),
    case("task_group.fails", [prints("raised: (ValueError('B failed'),)")], NO_FAILURE),
    case("task_group.siblings", [ends(A="done", B="error", C="cancelled")], NO_FAILURE),
    case(
        "task_group.cancelled",
        [when_cancelled("A done", "B cancelled", "C cancelled")],
        NOT_CANCELLED,
    ),
    case("task_group.timeout", [after_a_limit("A done", "B cancelled", "C cancelled")], NO_LIMIT),
    # wait
    *waits("wait_all", ""),
    case(
        "wait_all.get",
        [prints("done: A B C, pending: none")],
        ("asyncio.wait(tasks)", "asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)"),
    ),
    case(
        "wait_all.siblings",
        [says("done: A B C, pending: none"), ends(C="done")],
        ("asyncio.wait(tasks)", "asyncio.wait(tasks, timeout=0.1)"),
    ),
    *waits("wait_first_completed", ", return_when=asyncio.FIRST_COMPLETED"),
    case(
        "wait_first_completed.get",
        [prints("done: A, pending: B C")],
        (", return_when=asyncio.FIRST_COMPLETED", ""),
    ),
    case(
        "wait_first_completed.siblings",
        [ends(C="done"), goes_on_after("done: A", "C", 400)],
        LEAVES_AT_ONCE,
    ),
    *waits("wait_first_exception", ", return_when=asyncio.FIRST_EXCEPTION"),
    case(
        "wait_first_exception.get",
        [prints("done: 2, pending: 0", "B cancelled: True"), lasts(380, 700)],
        ("FIRST_EXCEPTION)\n", "FIRST_COMPLETED)\n"),
        "wait/cancelled_is_no_error.py",
    ),
    case(
        "wait_first_exception.siblings",
        [says("done: A B, pending: C"), ends(C="done")],
        LEAVES_AT_ONCE,
    ),
    # wait_for
    case("wait_for.get", [prints(A, B, "C: TimeoutError")], ("timeout=0.7", "timeout=0.1")),
    case("wait_for.fails", [prints(A, "raised: B failed")], NO_FAILURE),
    case(
        "wait_for.siblings",
        [lasts(1500, 2000)],
        ('"B": 0.6', '"B": 0.0'),
        "comparison/wait_for.py",
    ),
    case("wait_for.cancelled", [when_cancelled("A cancelled")], NOT_CANCELLED),
    case(
        "wait_for.timeout",
        [after_a_limit("A cancelled", error="TimeoutError after: A cancelled")],
        LONG_LIMIT,
    ),
    # asyncio.timeout
    case(
        "timeout.get",
        [prints(A, B, "TimeoutError"), lasts(1100, 1500)],
        ("asyncio.timeout(1.2)", "asyncio.timeout(9)"),
    ),
    case("timeout.fails", [prints(A, "raised: B failed")], NO_FAILURE),
    case(
        "timeout.siblings",
        [ends(A="done", B="cancelled", C="cancelled")],
        ("asyncio.timeout(0.2), asyncio.TaskGroup()", "asyncio.timeout(9), asyncio.TaskGroup()"),
        "timeouts/children.py",
    ),
    case("timeout.cancelled", [when_cancelled("A done", "B cancelled")], NOT_CANCELLED),
    case(
        "timeout.timeout",
        [
            says("inside: CancelledError"),
            after_a_limit("A cancelled", error="outside: TimeoutError"),
        ],
        NO_LIMIT,
    ),
    # as_completed
    case(
        "as_completed.get",
        [prints("got Bob", "got Cem", "got Ann")],
        ("asyncio.as_completed(tasks)", "tasks"),
        "as_completed/in_finish_order.py",
    ),
    *completions("as_completed", "for next_one in asyncio.as_completed(tasks"),
    case(
        "as_completed_async.get",
        [prints(*(f"{text}, one of mine: True" for text in (A, B, C)))],
        (
            "    async for task in asyncio.as_completed(tasks):\n",
            "    for task in asyncio.as_completed(tasks):\n",
        ),
    ),
    *completions("as_completed_async", "async for task in asyncio.as_completed(tasks"),
    # to_thread
    case(
        "to_thread.get",
        [prints(f"['{A}', '{B}', '{C}']"), lasts(800, 1300)],
        ("print(await asyncio.gather(*calls))", "print([await each for each in calls])"),
    ),
    case("to_thread.fails", [prints("raised: B failed")], NO_FAILURE),
    case(
        "to_thread.siblings",
        [says("raised: B failed"), threads_work_until(850)],
        ('"C": 0.9', '"C": 0.1'),
    ),
    case(
        "to_thread.cancelled",
        [when_cancelled("A done", "B done", "C done")],
        ("asyncio.to_thread(call, name, seconds)", "asyncio.sleep(seconds)"),
    ),
    case("to_thread.timeout", [after_a_limit("A done", "B done", "C done")], NO_LIMIT),
]


@pytest.mark.parametrize(("program", "checks"), CASES)
def test_a_cell_of_the_patterns(program: str, checks: list[Check], run: Recorded) -> None:
    """What the cell says holds for the recorded run."""
    recorded = run(program)
    for check in checks:
        assert check(recorded), recorded.stdout
