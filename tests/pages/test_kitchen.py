"""What the page start/kitchen claims."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from stopwatch.model import Run
from tests.programs import lasted, overlap

Runs = Callable[[str], Run]


def test_watching_every_pot_takes_the_sum(run: Runs) -> None:
    """The cook who stands by each machine switches the toaster on when the coffee is ready."""
    sync = run("kitchen/sync.py")
    assert sync.line_at("coffee: ready").t <= sync.line_at("bagel: toaster on").t
    assert "['coffee', 'bagel'] after 8 minutes" in sync.stdout
    assert sync.cpu < 0.5 * sync.total, "staring is no work"


@pytest.mark.parametrize("name", ["with_gather", "with_tasks", "threads"])
def test_timers_take_as_long_as_the_slowest(run: Runs, name: str) -> None:
    """Waiting overlaps: with gather, tasks or threads, breakfast takes as long as the bagel."""
    overlapped, in_turn = run(f"kitchen/{name}.py"), run("kitchen/sync.py")
    coffee, bagel = overlapped.lane("coffee"), overlapped.lane("bagel")
    assert overlapped.total < 0.8 * in_turn.total
    assert overlapped.total < 1.3 * lasted(bagel)
    assert bagel.created < coffee.created + 0.5 * lasted(coffee)
    assert overlapped.line_at("coffee: ready").t < overlapped.line_at("bagel: ready").t


@pytest.mark.parametrize("name", ["with_gather", "with_tasks"])
def test_one_loop_never_runs_two_tasks_at_once(run: Runs, name: str) -> None:
    """What overlaps is the waiting: no two tasks of one loop run at the same moment."""
    segments = sorted(run(f"kitchen/{name}.py").segments, key=lambda segment: segment.start)
    tasks = [s for s in segments if s.cpu is None]
    assert not [1 for a, b in pairwise(tasks) if overlap(a, b) > 0]


def test_three_dishes_take_a_third(run: Runs) -> None:
    """Three dishes of 10 minutes take three times as long in turn as overlapped."""
    dishes = run("kitchen/three_dishes.py")
    overlapped = max(lasted(dishes.lane(name)) for name in ("soup", "stew", "rice"))
    in_turn = dishes.line_at("in_turn").t
    assert 2.2 < in_turn / overlapped < 3.5


def test_a_stir_fry_holds_up_the_others(run: Runs) -> None:
    """The rice starts, and the soup goes on, only when the stir-fry lets go of the loop."""
    broken = run("kitchen/three_dishes_broken.py")
    (stirring,) = broken.segments_of("stir-fry")
    soup, rice = broken.segments_of("soup"), broken.segments_of("rice")
    assert rice[0].start >= stirring.end, "put on at once, but not cooked"
    assert rice[0].ready < stirring.start + 1
    assert soup[-1].due is not None
    assert soup[-1].due < stirring.end - 50, "its timer rang long before"
    assert soup[-1].start >= stirring.end
    assert broken.total > 1.6 * (stirring.end - stirring.start)


def test_hands_on_work_overlaps_with_waiting(run: Runs) -> None:
    """Started last, the same stir-fry costs nothing but the soup, which still comes off late."""
    last, broken = run("kitchen/stir_fry_last.py"), run("kitchen/three_dishes_broken.py")
    assert last.total < 0.7 * broken.total
    assert last.line_at("soup: off").t >= last.line_at("stir-fry: done").t


def test_only_a_second_cook_chops_faster(run: Runs) -> None:
    """Two processes chop at the same time, and are done sooner than one cook."""
    chopping = run("kitchen/processes.py")
    carrots, onions = chopping.segments_of("carrots"), chopping.segments_of("onions")
    both = sum(overlap(a, b) for a in carrots for b in onions)
    alone = chopping.line_at("one_cook").t
    together = chopping.line_at("two_cooks").t - alone
    assert both > 0.5 * together
    assert together < alone
