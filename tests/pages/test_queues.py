"""The claims of the page flow/queues."""

from __future__ import annotations

import re
from collections.abc import Callable

from stopwatch.model import Run
from tests.programs import lasted

Recorded = Callable[[str], Run]

WORKERS = ("worker 1", "worker 2", "worker 3")


def most_waiting(run: Run) -> int:
    """Return how many items the producer saw in the queue at most."""
    match = re.search(r"at most (\d+) waiting", run.stdout)
    assert match
    return int(match[1])


def said_by(run: Run, task: str) -> list[str]:
    """Return what a task printed."""
    return [line.text for line in run.output if line.task == task]


def test_whoever_is_done_takes_the_next_item(run: Recorded) -> None:
    """While worker 1 is at the longest item, the others take one after the other."""
    recorded = run("queues/worker_pool.py")
    assert said_by(recorded, "worker 1") == ["item 0", "item 6"]
    assert said_by(recorded, "worker 2") == ["item 1", "item 3", "item 5"]
    assert said_by(recorded, "worker 3") == ["item 2", "item 4"]
    assert "7 answers from 3 workers" in recorded.stdout


def test_there_are_as_many_tasks_as_workers(run: Recorded) -> None:
    """Three tasks for seven items, where a semaphore would need seven."""
    recorded = run("queues/worker_pool.py")
    tasks = {lane.name for lane in recorded.lanes if lane.kind == "task" and lane.own}
    assert tasks - {"main"} == set(WORKERS)


def test_workers_wait_for_more_until_they_are_cancelled(run: Recorded) -> None:
    """join() returns when the last item is done; the workers themselves never end."""
    recorded = run("queues/worker_pool.py")
    assert all(recorded.lane(name).outcome == "cancelled" for name in WORKERS)
    last = recorded.line_at("item 6").t
    assert all((recorded.lane(name).ended or 0) >= last for name in WORKERS)


def test_put_on_an_unbounded_queue_never_waits(run: Recorded) -> None:
    """Eight puts and not one suspension: the consumer's first step comes after the last of them."""
    recorded = run("queues/unbounded_broken.py")
    assert most_waiting(recorded) == 8
    assert len(recorded.segments_of("producer")) == 1
    assert recorded.segments_of("consumer")[0].start > recorded.line_at("put 7").t


def test_a_bounded_queue_makes_the_producer_wait(run: Recorded) -> None:
    """Never more than two wait, and the last put comes when most of the work is done."""
    recorded = run("queues/backpressure.py")
    assert most_waiting(recorded) == 2
    assert recorded.line_at("done 4").t <= recorded.line_at("put 7").t
    assert lasted(recorded.lane("producer")) > 0.4 * recorded.total


def test_backpressure_costs_no_time(run: Recorded) -> None:
    """The consumer sets the pace either way."""
    bounded, unbounded = run("queues/backpressure.py"), run("queues/unbounded_broken.py")
    assert 0.7 < bounded.total / unbounded.total < 1.3


def test_a_sentinel_for_each_worker(run: Recorded) -> None:
    """All items are done, each worker takes one None and ends by itself."""
    recorded = run("queues/sentinels.py")
    assert sorted(re.findall(r"item \d", recorded.stdout)) == [f"item {n}" for n in range(5)]
    for name in WORKERS[:2]:
        assert said_by(recorded, name)[-1] == "goes home"
        assert recorded.lane(name).outcome == "done"


def test_one_sentinel_sends_one_worker_home(run: Recorded) -> None:
    """The other one waits until the timeout cancels it."""
    recorded = run("queues/one_sentinel_broken.py")
    assert recorded.stdout.count("goes home") == 1
    assert recorded.lane("worker 1").outcome == "cancelled"
    assert recorded.stdout.endswith("somebody is still waiting")


def test_shutdown_refuses_new_items_and_finishes_the_old(run: Recorded) -> None:
    """put() raises at once; the items inside are done, and then every worker is told."""
    recorded = run("queues/shutdown.py")
    shut = recorded.line_at("shut down, 2 still inside")
    assert recorded.line_at("item 5 is refused").t < recorded.line_at("item 4").t
    assert sorted(re.findall(r"item \d$", recorded.stdout, re.MULTILINE)) == [
        f"item {n}" for n in range(5)
    ]
    home = [line for line in recorded.output if line.text == "goes home"]
    assert {line.task for line in home} == set(WORKERS[:2])
    assert all(line.t > shut.t for line in home)


def test_a_worker_that_dies_hangs_join(run: Recorded) -> None:
    """Its item is never counted as done, although the queue is empty; nobody prints the error."""
    recorded = run("queues/dead_worker_broken.py")
    assert recorded.lane("worker 2").error == "ZeroDivisionError"
    assert "queue empty: True, and join() still waits" in recorded.stdout
    assert "ZeroDivisionError" not in recorded.stdout + recorded.stderr


def test_task_done_in_finally_lets_join_return(run: Recorded) -> None:
    """Every item is counted, the bad one with its error, and the worker lives to take another."""
    recorded = run("queues/dead_worker_fixed.py")
    assert said_by(recorded, "worker 2") == [
        "item 0: ZeroDivisionError('division by zero')",
        "item 6: 2",
    ]
    assert recorded.stdout.endswith("all items are done")
