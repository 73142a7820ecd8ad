"""Where each page comes from: the foot says it, and what it says is so."""

from __future__ import annotations

import re
from collections.abc import Callable

from stopwatch.model import Run
from stopwatch.provenance import machine, stamp

PLAIN = Run(snippet="page/x.py", python="3.11.7", imports=1.0, total=2.0, exit=0, error=None)


def test_a_kept_run_says_when_and_on_what_it_was_made() -> None:
    """The day and the class of machine; whatever it said before stays."""
    stamped = stamp(PLAIN)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", stamped.recorded)
    assert stamped.machine == machine()
    assert stamp(stamped) == stamped
    assert Run.from_json(stamped.to_json()) == stamped


def test_what_pages_show_is_stamped(run: Callable[[str], Run]) -> None:
    """Runs from the cache carry their day."""
    assert run("gather/order.py").recorded
