"""What the labs claim, read off the tables they printed."""

from __future__ import annotations

import os
import re
from functools import cache

import pytest

from stopwatch.kernel import Executed
from stopwatch.labs import find_labs, recall, run_labs
from tests.conftest import ROOT


@cache
def executed(name: str) -> Executed:
    """Return a lab's run; what the cache holds is not run again."""
    run_labs(ROOT)
    return recall(next(lab for lab in find_labs(ROOT, "en") if lab.name == name), ROOT)


def printed(name: str) -> str:
    """Return all that a lab printed."""
    outputs = (output for cell in executed(name).outputs for output in cell)
    return "".join(output["text"] for output in outputs if output["output_type"] == "stream")


def rows(name: str) -> list[tuple[str, list[float]]]:
    """Return (words, numbers) of each row of a lab's tables."""
    pattern = re.compile(r"^([a-z][\w /+:]*?) *((?: +\d+(?:\.\d+)?(?: [s×])?(?=\s|$))+)")
    lines = (pattern.match(line) for line in printed(name).splitlines())
    return [(m[1], [float(n) for n in re.findall(r"[\d.]+", m[2])]) for m in lines if m]


def undisturbed(name: str) -> None:
    """Skip a test that compares times, if the machine had other things to do meanwhile."""
    if executed(name).disturbed:
        pytest.skip("the machine was busy while this lab ran")


# How many workers, how big a batch


def batches() -> dict[int, list[float]]:
    """Return seconds for 1, 2, 5 and 10 workers, and the gain of five, by batch size."""
    found = [row for row in rows("batch-size") if row[0].startswith("batch of")]
    return {int(numbers[0]): numbers[1:] for _, numbers in found}


def test_five_workers_are_about_four_times_as_fast_as_one() -> None:
    """While there are more batches than workers."""
    for size in (1, 5):
        one, _, five, _, gain = batches()[size]
        assert one / five == pytest.approx(gain, abs=0.3)
        assert 3 < gain < 5.5


def test_a_single_batch_keeps_a_single_worker_busy() -> None:
    """Whatever the number of workers."""
    *seconds, gain = batches()[50]
    assert max(seconds) < 1.5 * min(seconds)
    assert gain < 1.5


def test_larger_batches_help_one_worker() -> None:
    """Every call pays once for the first token."""
    alone = [seconds[0] for seconds in batches().values()]
    assert alone == sorted(alone, reverse=True)
    assert alone[0] > 5 * alone[-1]


def test_a_cut_reply_is_short_and_shifts_the_rest() -> None:
    """Some answers are missing, and of those that came, many stand at another's place."""
    found = re.search(r"(\d+) answers to 50 questions; (\d+) at their place", printed("batch-size"))
    assert found
    answers, right = map(int, found.groups())
    assert right < answers < 50


# Three clients


def clients(table: int) -> dict[str, list[float]]:
    """Return a table (0: answers per second, 1: MB) as numbers by client."""
    names = ("requests + pool", "requests + executor", "aiohttp")
    found = [row for row in rows("three-clients") if row[0] in names]
    return dict(found[3 * table : 3 * table + 3])


def test_clients_are_equal_at_ten_in_flight() -> None:
    """There is only latency to share out."""
    at_ten = [rates[1] for rates in clients(0).values()]
    assert max(at_ten) < 1.5 * min(at_ten)


def test_ten_in_flight_bring_about_ten_times_as_much_as_one() -> None:
    """With each of them."""
    for one, ten, *_ in clients(0).values():
        assert 6 < ten / one < 12


def test_hundreds_in_flight_part_the_clients() -> None:
    """An answer costs requests more work than aiohttp."""
    undisturbed("three-clients")
    rates = {name: numbers[-1] for name, numbers in clients(0).items()}
    assert rates["aiohttp"] > 1.15 * max(rates["requests + pool"], rates["requests + executor"])


def test_a_waiting_thread_weighs_more_than_a_waiting_task() -> None:
    """With its stack and its session, at hundreds in flight."""
    memory = {name: numbers[-1] for name, numbers in clients(1).items()}
    assert memory["requests + pool"] > 1.4 * memory["aiohttp"]
    assert memory["requests + executor"] > 1.4 * memory["aiohttp"]


# Computing


def times(kind: str) -> list[float]:
    """Return the seconds of a row."""
    return next(numbers for words, numbers in rows("cpu-bound") if words == kind)


def test_threads_compute_no_faster_than_a_sequence() -> None:
    """One lock, one thread at work; a Python without it says so."""
    undisturbed("cpu-bound")
    if "without its lock" in printed("cpu-bound"):
        pytest.skip("this Python has no such lock")
    (sequence,) = times("in sequence")
    assert min(times("threads")) > 0.7 * sequence


def test_processes_compute_faster_than_threads() -> None:
    """Where there is more than one processor."""
    undisturbed("cpu-bound")
    if (os.cpu_count() or 1) < 2 or "without its lock" in printed("cpu-bound"):
        pytest.skip("needs two processors and the lock")
    assert min(times("processes")[1:]) < 0.75 * min(times("threads")[1:])
