"""The claims of the page flow/semaphores-and-batches."""

from __future__ import annotations

import re
from collections.abc import Callable

from stopwatch.model import Run
from tests.programs import lasted

Recorded = Callable[[str], Run]


def peak(run: Run) -> int:
    """Return how many calls the program counted in flight at once."""
    match = re.search(r"at most (\d+) in flight", run.stdout)
    assert match
    return int(match[1])


def test_ten_of_a_hundred_are_in_flight(run: Recorded) -> None:
    """Ten at once, never more; ten rounds of 0.1 s, neither one nor a hundred."""
    recorded = run("semaphores_and_batches/limit.py")
    assert "100 answers" in recorded.stdout
    assert peak(recorded) == 10
    assert 900 < recorded.total < 3000


def test_gather_keeps_the_order_behind_a_semaphore(run: Recorded) -> None:
    """The limit changes when the calls run, not in which order the answers are returned."""
    assert "in order: True" in run("semaphores_and_batches/limit.py").stdout


def test_a_semaphore_around_create_task_limits_nothing(run: Recorded) -> None:
    """All six are in flight at once, and together take no longer than one."""
    recorded = run("semaphores_and_batches/around_task_broken.py")
    assert peak(recorded) == 6
    starts = [recorded.segments_of(name)[0].start for name in "ABCDEF"]
    assert max(starts) < 0.5 * min(recorded.lane(name).ended or 0 for name in "ABCDEF")


def test_a_semaphore_inside_the_task_limits(run: Recorded) -> None:
    """Two at once: three rounds instead of one, and who comes in was waiting the longest."""
    recorded = run("semaphores_and_batches/inside_task_fixed.py")
    assert peak(recorded) == 2
    assert recorded.total > 2 * run("semaphores_and_batches/around_task_broken.py").total
    assert [line.task for line in recorded.output if line.text == "in"] == list("ABCDEF")
    said = [(line.task, line.text) for line in recorded.output]
    assert min(said.index(("A", "out")), said.index(("B", "out"))) < said.index(("C", "in"))


def test_every_task_exists_at_once_behind_a_semaphore(run: Recorded) -> None:
    """It limits who is inside, not how many tasks there are."""
    recorded = run("semaphores_and_batches/inside_task_fixed.py")
    created = [recorded.lane(name).created for name in "ABCDEF"]
    assert max(created) < recorded.line_at("out").t


def test_a_batch_waits_for_its_slowest(run: Recorded) -> None:
    """D, E and F begin when A is done, though B and C were done long before."""
    recorded = run("semaphores_and_batches/batches.py")
    a, b, c = (recorded.lane(name).ended or 0 for name in "ABC")
    starts = [recorded.segments_of(name)[0].start for name in "DEF"]
    assert min(starts) > a
    assert max(b, c) < 0.8 * a


def test_a_window_waits_for_nobody(run: Recorded) -> None:
    """D takes B's place while A and C are still at it; E takes C's."""
    recorded = run("semaphores_and_batches/window.py")
    a, b, c = (recorded.lane(name).ended or 0 for name in "ABC")
    entered = {name: recorded.segments_of(name)[-2].end for name in "DE"}
    assert b < entered["D"] < c < entered["E"] < a


def test_batches_in_turn_are_a_sum(run: Recorded) -> None:
    """An await for each item overlaps nothing; batches overlap, a window overlaps more."""
    in_turn, batches, window = (
        run(f"semaphores_and_batches/{name}.py")
        for name in ("sequential_batches_broken", "batches", "window")
    )
    assert in_turn.total > 1.4 * batches.total
    assert batches.total > 1.2 * window.total
    calls = sum(lasted(batches.lane(name)) for name in "ABCDEFGHI")
    assert in_turn.total > 0.9 * calls


def test_a_second_place_for_the_same_task_can_deadlock(run: Recorded) -> None:
    """Both hold one of two places and ask for another: neither gets any further."""
    recorded = run("semaphores_and_batches/nested_broken.py")
    assert recorded.stdout == "nobody got any further"
    assert all(recorded.lane(name).outcome == "cancelled" for name in "AB")
