"""What the page start/measured claims."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from stopwatch.model import Run
from tests.programs import cpu_share, overlap

Runs = Callable[[str], Run]


def test_a_starved_sleeper_is_late_not_asleep(run: Runs) -> None:
    """A's timer is due while B holds the loop; from then on A is ready and kept waiting."""
    three = run("measured/three_states.py")
    a, b = three.segments_of("A")[-1], three.segments_of("B")[-1]
    assert a.due is not None
    assert b.start < a.due < b.end <= a.start
    assert a.start - a.due > 0.25 * (b.end - b.start)


@pytest.mark.skipif(not getattr(sys, "_is_gil_enabled", lambda: True)(), reason="no GIL")
def test_threads_share_a_cpu(run: Runs) -> None:
    """Two threads that compute have about one CPU between them."""
    shares = run("measured/cpu_shares.py")
    assert cpu_share(shares, "thread 1") + cpu_share(shares, "thread 2") < 1.2


def test_processes_have_one_each(run: Runs) -> None:
    """Two processes compute at the same time, with more than one CPU between them."""
    shares = run("measured/cpu_shares.py")
    first, second = shares.segments_of("process 1"), shares.segments_of("process 2")
    assert sum(overlap(a, b) for a in first for b in second) > 0
    assert cpu_share(shares, "process 1") + cpu_share(shares, "process 2") > 1.2


def test_sleeping_uses_no_cpu(run: Runs) -> None:
    """A thread in time.sleep is as idle as a suspended task."""
    assert cpu_share(run("kitchen/sync.py"), "MainThread") < 0.2
