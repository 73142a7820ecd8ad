"""The claims of the page tasks/order."""

from __future__ import annotations

from collections.abc import Callable

from stopwatch.model import Run

Recorded = Callable[[str], Run]


def test_tasks_start_in_order_of_creation(run: Recorded) -> None:
    """The ready queue is first in, first out."""
    recorded = run("order/start_vs_finish.py")
    assert [line.task for line in recorded.output if line.text == "starts"] == ["A", "B", "C"]
    starts = [recorded.segments_of(name)[0].start for name in "ABC"]
    assert starts == sorted(starts)


def test_tasks_finish_by_what_they_wait_for(run: Recorded) -> None:
    """Whoever's timer is due first ends first, whenever it was created."""
    recorded = run("order/start_vs_finish.py")
    assert [line.task for line in recorded.output if line.text == "ends"] == ["B", "C", "A"]


def test_gather_keeps_the_order_of_its_arguments(run: Recorded) -> None:
    """The list is in input order although the tasks finished otherwise."""
    said = run("order/gather_keeps_input_order.py").stdout
    assert "finished: B C A" in said
    assert "returned: A B C" in said
