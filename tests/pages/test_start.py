"""The claims of start/concurrency-vs-parallelism, start/io-vs-cpu and start/free-threading."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

import pytest

from stopwatch.model import Run
from tests.programs import cpu_share

Recorded = Callable[[str], Run]
needs_cores = pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="needs two processors")


def number(run: Run, label: str) -> float:
    """Return the number a program printed after a label."""
    match = re.search(rf"{re.escape(label)}: (\d+\.\d+)", run.stdout)
    assert match
    return float(match[1])


def test_waiting_overlaps_in_tasks_and_in_threads(run: Recorded) -> None:
    """Four waits of 0.3 s take about 0.3 s either way."""
    recorded = run("concurrency_vs_parallelism/overlap_io.py")
    assert number(recorded, "four tasks") < 0.6
    assert number(recorded, "four threads") < 0.6


def test_computing_overlaps_in_processes_alone(run: Recorded) -> None:
    """Twice the work takes twice the time as tasks and as threads."""
    recorded = run("concurrency_vs_parallelism/overlap_cpu.py")
    once = number(recorded, "once")
    assert number(recorded, "twice, as tasks") > 1.5 * once
    assert number(recorded, "twice, in threads") > 1.5 * once


@needs_cores
def test_two_processes_compute_at_once(run: Recorded) -> None:
    """They beat two threads."""
    recorded = run("concurrency_vs_parallelism/overlap_cpu.py")
    in_threads = number(recorded, "twice, in threads")
    assert number(recorded, "twice, in processes") < 0.9 * in_threads


def test_two_tasks_that_compute_take_turns(run: Recorded) -> None:
    """The second is ready and kept waiting while the first computes."""
    recorded = run("concurrency_vs_parallelism/overlap_cpu.py")
    (first,), (second,) = recorded.segments_of("task 1"), recorded.segments_of("task 2")
    assert second.start >= first.end
    assert second.start - second.ready > 0.8 * (first.end - first.start)


def test_cpu_time_tells_what_computes(run: Recorded) -> None:
    """A request and a sleep use next to none; parsing nothing but."""
    said = run("io_vs_cpu/classify.py").stdout
    kinds = dict(re.findall(r"(\w+): .* so it (\w+)", said))
    assert kinds == {"request": "waits", "parse": "computes", "sleep": "waits"}


def test_threads_do_not_speed_pure_python_up(run: Recorded) -> None:
    """Two threads share one processor's worth."""
    recorded = run("io_vs_cpu/pure_python.py")
    assert number(recorded, "two threads") > 0.75 * number(recorded, "in turn")
    assert cpu_share(recorded, "adder_0") < 0.75


@needs_cores
def test_hashing_releases_the_gil(run: Recorded) -> None:
    """Two threads that hash large buffers use two processors."""
    recorded = run("io_vs_cpu/gil_release.py")
    assert number(recorded, "two threads") < 0.8 * number(recorded, "in turn")


def test_with_the_gil_threads_gain_nothing(run: Recorded) -> None:
    """The program says whether it has a GIL; with one, two threads are no faster."""
    recorded = run("free_threading/with_gil.py")
    assert "GIL: True" in recorded.stdout
    assert number(recorded, "threads against in turn") < 1.5


def test_without_the_gil_they_do(run: Recorded) -> None:
    """On a free-threaded Python, where there is one."""
    recorded = run("free_threading/without_gil.py")
    assert "GIL: False" in recorded.stdout
    assert number(recorded, "threads against in turn") > 1.4
