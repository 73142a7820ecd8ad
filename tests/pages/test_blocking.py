"""The claims of the pages under blocking/."""

from __future__ import annotations

import re
from collections.abc import Callable

from stopwatch.model import Run, Segment
from tests.programs import cpu_share, overlap

Recorded = Callable[[str], Run]


def number(run: Run, pattern: str) -> float:
    """Return the number that a program printed."""
    match = re.search(pattern, run.stdout)
    assert match, f"{run.snippet} printed nothing like {pattern}"
    return float(match[1])


def busy(run: Run, kind: str) -> list[Segment]:
    """Return the stretches of all lanes of a kind."""
    lanes = {lane.id for lane in run.lanes if lane.kind == kind and lane.own}
    lanes -= {lane.id for lane in run.lanes if lane.name == "MainThread"}
    return [segment for segment in run.segments if segment.lane in lanes]


# blocking/blocking-the-loop


def test_time_sleep_makes_tasks_take_turns(run: Recorded) -> None:
    """Five tasks that block take five times as long as five that wait."""
    blocking, waiting = (
        run("blocking_the_loop/time_sleep_broken.py"),
        run("blocking_the_loop/sleep_fixed.py"),
    )
    assert blocking.total > 3 * waiting.total


def test_the_others_are_ready_not_asleep(run: Recorded) -> None:
    """The last task is ready at once and kept waiting nearly to the end."""
    recorded = run("blocking_the_loop/time_sleep_broken.py")
    last = recorded.segments_of("fetch 5")[0]
    assert last.ready < 0.1 * recorded.total
    assert last.start > 0.7 * recorded.total


def test_debug_mode_names_the_culprit(run: Recorded) -> None:
    """The warning is about the task that held the loop; its victim wakes late."""
    recorded = run("blocking_the_loop/debug_mode.py")
    assert "Executing <Task finished name='culprit'" in recorded.stderr
    assert "innocent" not in recorded.stderr
    woken = recorded.segments_of("innocent")[-1]
    assert woken.due is not None
    assert woken.due < 0.5 * woken.start


def test_computing_holds_the_loop(run: Recorded) -> None:
    """A heartbeat is late by about the length of the computation."""
    recorded = run("blocking_the_loop/big_int.py")
    held = max(s.end - s.start for s in recorded.segments_of("cruncher"))
    assert number(recorded, r"(\d+) ms late") > 0.3 * held
    assert held > 20


# blocking/to-thread


def test_two_blocking_calls_overlap_in_threads(run: Recorded) -> None:
    """They run in two threads, at the same time."""
    recorded = run("to_thread/to_thread.py")
    first, second = busy(recorded, "thread")
    assert overlap(first, second) > 0.8 * (first.end - first.start)


def test_the_loop_stays_free(run: Recorded) -> None:
    """Beside a blocking call in a thread no beat is late by as much as a beat."""
    assert number(run("to_thread/loop_stays_free.py"), r"(\d+) ms late") < 50


def test_two_workers_take_two_rounds(run: Recorded) -> None:
    """Four calls on two threads take twice one call; run_in_executor belongs to the loop."""
    recorded = run("to_thread/run_in_executor.py")
    assert 350 < recorded.total < 700
    assert "asyncio.run_in_executor exists: False" in recorded.stdout


def test_the_thread_survives_the_timeout(run: Recorded) -> None:
    """It goes on long after the timeout, and asyncio.run waits for it."""
    recorded = run("to_thread/thread_survives_timeout.py")
    timed_out, done = recorded.line_at("timed out"), recorded.line_at("nobody asked")
    assert done.t > 2.5 * timed_out.t
    assert recorded.total >= done.t


# blocking/thread-pools

EXPECTED = [f"answer {n}" for n in range(8)]


def answers(run: Run) -> list[str]:
    """Return the answers in the order in which they were printed."""
    return re.findall(r"answer \d+", run.stdout)


def test_as_completed_is_in_order_of_arrival(run: Recorded) -> None:
    """Everybody answers, and not in the order of submission."""
    found = answers(run("thread_pools/as_completed.py"))
    assert sorted(found) == EXPECTED
    assert found != EXPECTED


def test_five_in_flight_and_never_more(run: Recorded) -> None:
    """The measured peak is five, and five threads overlap on the timeline."""
    recorded = run("thread_pools/five_in_flight.py")
    assert number(recorded, r"at most (\d+) in flight") == 5
    stretches = busy(recorded, "thread")
    peak = max(sum(o.start <= s.start < o.end for o in stretches) for s in stretches)
    assert peak == 5


def test_the_order_can_be_kept(run: Recorded) -> None:
    """Both map and a list of futures keep it; by index each answer finds its place."""
    assert answers(run("thread_pools/keep_order_by_map.py")) == EXPECTED
    assert answers(run("thread_pools/wait_for_all.py")) == EXPECTED
    by_index = run("thread_pools/keep_order_by_index.py")
    assert answers(by_index) != EXPECTED
    assert by_index.stdout.endswith("True")


def test_batches_are_slower_than_one_pool(run: Recorded) -> None:
    """On uneven work a barrier waits for stragglers."""
    assert run("thread_pools/batches.py").total > 1.2 * run("thread_pools/window.py").total


def test_a_none_for_a_failure_breaks_later(run: Recorded) -> None:
    """The error names the unpacking, not the request; kept errors are told apart."""
    assert (
        "cannot unpack non-iterable NoneType object"
        in run("thread_pools/failed_item_broken.py").stderr
    )
    assert "2 answers, 1 failed" in run("thread_pools/failed_item_fixed.py").stdout


# blocking/processes


def test_two_processes_compute_faster(run: Recorded) -> None:
    """Two processes on two processors take clearly less than the sum, and both are busy."""
    recorded = run("processes/process_pool.py")
    in_turn, pooled = (
        number(recorded, rf"{what}: (\d\.\d+)") for what in ("in turn", "two processes")
    )
    assert pooled < 0.85 * in_turn
    names = [lane.name for lane in recorded.lanes if lane.kind == "process"]
    assert len(names) == 2
    assert all(cpu_share(recorded, name) > 0.5 for name in names)


def test_a_lambda_cant_be_sent(run: Recorded) -> None:
    """A module's function travels, a lambda doesn't."""
    said = run("processes/pickling_broken.py").stdout
    assert "a function: 42" in said
    assert re.search(r"a lambda: .*(pickle|lambda)", said)


def test_only_fork_copies_what_main_changed(run: Recorded) -> None:
    """The other two, spawn and forkserver, import the module anew."""
    said = run("processes/start_methods.py").stdout
    assert "fork: 'changed by main'" in said
    assert "spawn: 'as imported'" in said
    assert "forkserver: 'as imported'" in said


def test_a_loop_and_a_pool_work_side_by_side(run: Recorded) -> None:
    """The downloads overlap, and no task holds the loop while something is computed."""
    recorded = run("processes/hybrid.py")
    downloads = [line.t for line in recorded.output if line.text == "downloaded"]
    assert len(downloads) == 3
    assert max(downloads) < 500  # ms; in turn the waits alone are 600
    held = max(s.end - s.start for name in "ABC" for s in recorded.segments_of(name))
    assert held < 0.25 * recorded.total


# blocking/futures-vs-asyncio


def test_three_clients_take_about_the_same_time(run: Recorded) -> None:
    """At equal concurrency none is twice as fast as another, and all answers come."""
    said = run("futures_vs_asyncio/three_clients.py").stdout
    times = [float(t) for t in re.findall(r"50 answers in (\d+\.\d+) s", said)]
    assert len(times) == 3
    assert max(times) < 2 * min(times)


def test_a_task_is_lighter_than_a_thread(run: Recorded) -> None:
    """A waiting task takes a fraction of a waiting thread's memory."""
    recorded = run("futures_vs_asyncio/scale.py")
    assert number(recorded, r"threads: ([\d.]+) kB") > 3 * number(recorded, r"tasks: ([\d.]+) kB")


def test_a_task_switch_is_cheaper(run: Recorded) -> None:
    """Tasks hand over several times faster than threads."""
    recorded = run("futures_vs_asyncio/switch_cost.py")
    task, thread = (number(recorded, rf"{kind} switch: ([\d.]+)") for kind in ("task", "thread"))
    assert thread > 3 * task


def test_the_last_batch(run: Recorded) -> None:
    """Fixed ranges run over the end, slices don't."""
    assert (
        "IndexError: list index out of range"
        in run("futures_vs_asyncio/last_batch_broken.py").stderr
    )
    assert "50 of 50" in run("futures_vs_asyncio/last_batch_fixed.py").stdout
