"""The claims of the page flow/races."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from stopwatch.model import Run

Recorded = Callable[[str], Run]


def number(run: Run, pattern: str) -> int:
    """Return the number that a program printed."""
    match = re.search(pattern, run.stdout)
    assert match, f"{run.snippet} printed nothing like {pattern}"
    return int(match[1])


def steps(run: Run) -> list[tuple[str, str]]:
    """Return who read and who wrote, in this order."""
    return [
        (line.task, line.text.split()[0])
        for line in run.output
        if line.text.startswith(("reads", "writes"))
    ]


def test_read_await_write_loses_updates(run: Recorded) -> None:
    """Everybody reads before anybody writes: of five deposits one remains."""
    recorded = run("races/race_broken.py")
    assert [what for _, what in steps(recorded)] == ["reads"] * 5 + ["writes"] * 5
    assert number(recorded, r"balance (\d+)") == 10


def test_it_happens_on_one_thread(run: Recorded) -> None:
    """No thread but the main one, and no two tasks ever hold the loop at once."""
    recorded = run("races/race_broken.py")
    assert not [lane for lane in recorded.lanes if lane.kind != "task" and lane.own]
    tasks = {lane.id for lane in recorded.lanes if lane.kind == "task"}
    held = sorted((s.start, s.end) for s in recorded.segments if s.lane in tasks)
    assert all(before[1] <= after[0] for before, after in pairwise(held))


def test_a_lock_makes_them_take_turns(run: Recorded) -> None:
    """Each reads after the last one wrote: the sum is right, and the waiting adds up."""
    recorded = run("races/lock_fixed.py")
    assert steps(recorded) == [(name, what) for name in "ABCDE" for what in ("reads", "writes")]
    assert number(recorded, r"balance (\d+)") == 50
    assert recorded.total > 3 * run("races/race_broken.py").total


def test_without_an_await_between_no_lock_is_needed(run: Recorded) -> None:
    """Read and write in one step of the loop: right, and the waits still overlap."""
    recorded = run("races/no_await_between_fixed.py")
    said = steps(recorded)
    assert [what for _, what in said] == ["reads", "writes"] * 5
    assert [who for who, _ in said[::2]] == [who for who, _ in said[1::2]]
    assert number(recorded, r"balance (\d+)") == 50
    assert recorded.total < 0.5 * run("races/lock_fixed.py").total


def test_augmented_assignment_reads_before_it_waits(run: Recorded) -> None:
    """'total += await …' loses updates; with the await on a line of its own nothing is lost."""
    assert number(run("races/augmented_broken.py"), r"of 10, total (\d+)") == 10
    assert number(run("races/augmented_fixed.py"), r"of 10, total (\d+)") == 30


def test_check_then_act_fetches_for_everybody(run: Recorded) -> None:
    """All three miss; with the task in the cache before the first await only one fetches."""
    assert number(run("races/check_then_act_broken.py"), r"(\d+) fetches") == 3
    fixed = run("races/check_then_act_fixed.py")
    assert number(fixed, r"(\d+) fetches") == 1
    assert all(fixed.lane(name).outcome == "done" for name in "ABC")
    assert len([lane for lane in fixed.lanes if lane.name == "fetch ada"]) == 1
