"""What a stretch says: a few words inside its bar, a line in its tooltip."""

from __future__ import annotations

from collections.abc import Mapping

from stopwatch.model import Lane
from stopwatch.timeline.states import Stretch, names_of
from stopwatch.timeline.words import duration, moment, period, waits_label, word

IDLE = 0.04  # a thread below this share of a CPU only waits
_NEARLY_WHOLE = 0.97


def label_of(lane: Lane, stretch: Stretch, lanes: Mapping[int, Lane], language: str) -> str:
    """Return the words inside a bar: "sleep", "waits for A, B", "52 % CPU"; none for a mixture."""
    if stretch.state == "suspended":
        return waits_label(stretch.waits_on, names_of(stretch, lanes), language)
    if stretch.state == "ready":
        return word("ready", language)
    if lane.kind != "task":
        share = round(100 * stretch.share)
        return (
            word("cpu", language, share=share) if stretch.share > IDLE else word("waits", language)
        )
    return word("running", language) if stretch.count == 1 else ""


def tip_of(
    lane: Lane, stretch: Stretch, lanes: Mapping[int, Lane], language: str, *, total: float
) -> str:
    """Return a tooltip: "Task 1: suspended 12–300 ms, waits for sleep (line 9)"."""
    said = [f"{_state(lane, stretch, language)} {_when(stretch, total)}"]
    if stretch.count > 1:
        said.append(word("times", language, count=stretch.count))
    if stretch.state == "running" and stretch.share < _NEARLY_WHOLE:
        key = "time share" if lane.kind == "task" else "cpu"
        said.append(word(key, language, share=round(100 * stretch.share)))
    if stretch.state == "suspended":
        label = waits_label(stretch.waits_on, names_of(stretch, lanes), language)
        said.append(label if stretch.waits_for else word("for", language, what=label))
    place = "" if stretch.line is None else word("line", language, line=stretch.line)
    return f"{lane.name}{word('colon', language)}{word('clause', language).join(said)}{place}"


def _state(lane: Lane, stretch: Stretch, language: str) -> str:
    working = lane.kind != "task" and stretch.state == "running"
    return word("working" if working else stretch.state, language)


def _when(stretch: Stretch, total: float) -> str:
    """Say from when to when, or when and for how long if that would look like no time at all."""
    said = period(stretch.start, stretch.end, total)
    first, _, last = said.partition("–")
    if first == last.partition(" ")[0]:
        return f"{moment(stretch.start, total)} + {duration(stretch.length)}"
    return said
