"""Numbers of recorded runs for the prose: ``[total](measure:gather/order.py)``."""

from __future__ import annotations

import platform
import re
import statistics
from collections.abc import Callable, Sequence

from stopwatch.crowd import disturbed
from stopwatch.model import Run
from stopwatch.provenance import machine

_QUOTED = re.compile(r'"(.*)"$')
_SECOND, _TENTH = 1000.0, 100.0  # ms


class MeasureError(Exception):
    """A number that can't be read from its runs; the message says what can be asked."""


Reading = tuple[str, str]


def read_measure(what: str, runs: Sequence[Run]) -> Reading:
    """Return (the bare value, the text for a reader) of what a page asks about its runs.

    ``total``, ``imports``, ``cpu``: of one run. ``ratio``, ``difference``: of the totals of two.
    ``lane B``, ``started B``, ``ended B``: of the lane of that name. ``at "text"``: when a line
    with that text was printed. ``printed "regex"``: what its first group matched in the output.
    ``count tasks``, ``threads``, ``processes``, ``lines``. ``python``, ``machine``: of this build.
    ``programs``, ``delayed median``, ``delayed worst``, ``disturbed``: how many runs there are, how
    long they had to wait for a processor, how many too long. Raises MeasureError.
    """
    verb, _, rest = what.strip().partition(" ")
    reader = _READERS.get(verb)
    if reader is None:
        raise MeasureError(f"can't measure {what!r}; it can be: {', '.join(_READERS)}")
    wanted = len(runs) if verb in _OF_MANY else _WANTS.get(verb, 1)
    if len(runs) != wanted or not (runs or verb in _WANTS):
        raise MeasureError(f"{verb!r} takes {wanted} run(s), and {len(runs)} were named")
    try:
        return reader(runs, rest.strip())
    except KeyError as error:
        raise MeasureError(str(error.args[0])) from error


def duration(ms: float) -> str:
    """Return a duration for a reader: "3.02 s", "0.30 s", "12 ms", "0.4 ms"."""
    if ms >= _TENTH:
        return f"{ms / _SECOND:.2f} s"
    return f"{ms:.0f} ms" if ms >= 10 else f"{ms:.1f} ms"


def _time(ms: float) -> Reading:
    return f"{ms / _SECOND:.4f}", duration(ms)


def _ratio(runs: Sequence[Run], _rest: str) -> Reading:
    first, second = runs[0].total, runs[1].total
    if not second:
        raise MeasureError(f"{runs[1].snippet} took no time: there is no ratio")
    return f"{first / second:.4f}", times(first / second)


def times(ratio: float) -> str:
    """Return a ratio for a reader: "1.5×", "12×"."""
    return f"{ratio:.1f}×" if ratio < 10 else f"{ratio:.0f}×"


def _lane(runs: Sequence[Run], name: str) -> Reading:
    lane = runs[0].lane(name)
    return _time((runs[0].total if lane.ended is None else lane.ended) - lane.created)


def _started(runs: Sequence[Run], name: str) -> Reading:
    segments = runs[0].segments_of(name)
    if not segments:
        raise MeasureError(f"{name} of {runs[0].snippet} never ran")
    return _time(segments[0].start)


def _ended(runs: Sequence[Run], name: str) -> Reading:
    ended = runs[0].lane(name).ended
    if ended is None:
        raise MeasureError(f"{name} of {runs[0].snippet} did not end")
    return _time(ended)


def _at(runs: Sequence[Run], rest: str) -> Reading:
    return _time(runs[0].line_at(_quoted(rest)).t)


def _printed(runs: Sequence[Run], rest: str) -> Reading:
    text = "\n".join(line.text for line in runs[0].output)
    pattern = _quoted(rest)
    match = re.search(pattern, text)
    if match is None or not match.groups():
        raise MeasureError(f"{runs[0].snippet} printed nothing like {pattern!r} (with one group)")
    return match[1], match[1]


def _quoted(rest: str) -> str:
    match = _QUOTED.match(rest.translate({0x201C: '"', 0x201D: '"'}))
    return match[1] if match else rest


def _count(runs: Sequence[Run], what: str) -> Reading:
    run = runs[0]
    if what == "lines":
        number = len(run.output)
    elif what in _KINDS:
        lanes = [lane for lane in run.lanes if lane.kind == _KINDS[what]]
        roots = {"main", "MainThread"}
        number = sum(lane.own for lane in lanes if lane.name not in roots)
        if what == "threads":
            number = sum(lane.name not in roots for lane in lanes)
    else:
        raise MeasureError(f"can't count {what!r}; it can be: lines, {', '.join(_KINDS)}")
    return str(number), str(number)


def _delayed(runs: Sequence[Run], which: str) -> Reading:
    delays = [run.delayed for run in runs]
    if which not in _DELAYS:
        raise MeasureError(f"delayed takes {' or '.join(_DELAYS)}")
    return _time(_DELAYS[which](delays))


def _disturbed(runs: Sequence[Run], _rest: str) -> Reading:
    return (str(sum(disturbed(run) for run in runs)),) * 2


_DELAYS: dict[str, Callable[[list[float]], float]] = {"median": statistics.median, "worst": max}
_KINDS = {"tasks": "task", "threads": "thread", "processes": "process"}


_READERS: dict[str, Callable[[Sequence[Run], str], Reading]] = {
    "total": lambda runs, _: _time(runs[0].total),
    "imports": lambda runs, _: _time(runs[0].imports),
    "cpu": lambda runs, _: _time(runs[0].cpu),
    "ratio": _ratio,
    "difference": lambda runs, _: _time(runs[0].total - runs[1].total),
    "lane": _lane,
    "started": _started,
    "ended": _ended,
    "at": _at,
    "printed": _printed,
    "count": _count,
    "python": lambda _runs, _rest: (platform.python_version(),) * 2,
    "machine": lambda _runs, _rest: (machine(),) * 2,
    "programs": lambda runs, _: (str(len(runs)),) * 2,
    "delayed": _delayed,
    "disturbed": _disturbed,
}
_OF_MANY = {"programs", "delayed", "disturbed"}
_WANTS = {"ratio": 2, "difference": 2, "python": 0, "machine": 0}
