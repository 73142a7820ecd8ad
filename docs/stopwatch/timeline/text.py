"""A run's timeline for the terminal."""

from __future__ import annotations

from collections.abc import Iterable

from stopwatch.model import Lane, Run
from stopwatch.timeline.axis import ticks
from stopwatch.timeline.pixels import Scale, fit
from stopwatch.timeline.rows import MAIN, Row, rows
from stopwatch.timeline.states import Activity, Stretch, end_of
from stopwatch.timeline.tips import IDLE
from stopwatch.timeline.words import duration, name_of, note_of, word
from stopwatch.timeline.words import width as columns

_SOLID, _HATCHED, _WAITING, _LIFE = "█", "╱", "•", "─"
_EIGHTHS = "▁▂▃▄▅▆▇█"
_SIGNS = {"done": "●", "error": "✕", "cancelled": "⊘", "unfinished": "→"}
_SHADES = {MAIN: "90", "c0": "34", "c1": "31", "c2": "32", "c3": "35",
           "c4": "33", "c5": "36", "c6": "93", "c7": "94"}  # fmt: skip
_MOST_NAME, _LEAST_BAR, _MOST_LANES = 18, 10, 60


def render_text(run: Run, *, width: int = 80, colour: bool = False) -> str:
    """Return a run as lines of at most ``width`` columns: a lane each, an axis and a legend."""
    every = rows(run)
    shown = every[:_MOST_LANES]
    if not shown:
        return ""
    names = min(_MOST_NAME, max(columns(name_of(row)) for row in shown))
    notes = max(columns(_note(row)) for row in shown)
    canvas = _Canvas(
        span=max([run.total, 0.1, *(end_of(run, row.lane) for row in shown)]),
        room=max(_LEAST_BAR, width - names - notes - 2),
    )
    activity = Activity(run)
    lines, group = [], ""
    for row in shown:
        if row.group != group:
            group = row.group
            lines.append(_paint(f"{word(group, 'en'):>{names}}", "2", on=colour))
        bar = canvas.bar(row.lane, end_of(run, row.lane), activity.of(row.lane))
        text = f"{_cut(name_of(row), names)} {bar.rstrip()} {_note(row)}"
        lines.append(_paint(text, _SHADES[row.colour], on=colour))
    if len(every) > len(shown):
        lines.append(f"{'':{names}} … {word('more', 'en', count=len(every) - len(shown))}")
    lines += [" " * (names + 1) + line for line in canvas.axis(run.total)]
    lines.append("  ".join(f"{mark} {word(key, 'en')}" for mark, key in canvas.legend()))
    return "\n".join(lines)


def _cut(name: str, room: int) -> str:
    while columns(name) > room:
        name = name[:-2] + "…"
    return " " * (room - columns(name)) + name


def _note(row: Row) -> str:
    return f"{_SIGNS[row.lane.outcome]} {note_of(row.lane, 'en')}".rstrip()


def _paint(text: str, code: str, *, on: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if on else text


class _Canvas:
    """Cells of one time axis: ``room`` of them for ``span`` ms."""

    def __init__(self, span: float, room: int) -> None:
        self._span, self._room = span, room
        self._scale = Scale(span, width=room * _CELL, gap=_CELL)
        self._keys: set[str] = set()

    def bar(self, lane: Lane, end: float, stretches: Iterable[Stretch]) -> str:
        """Draw a lane: whoever ran in a cell marks it, however short."""
        task = lane.kind == "task"
        first, last = self._cell(lane.created), self._cell(end)
        cells = [" "] * first + [" " if task else _LIFE] * (last - first + 1)
        fitted = fit(stretches, self._scale, task=task)
        for stretch in sorted(fitted, key=lambda stretch: _RANK[stretch.state]):
            left, right = self._cell(stretch.start), self._cell(stretch.end)
            cells[left : right + 1] = [self._mark(stretch, task=task)] * (right + 1 - left)
        return "".join(cells)

    def axis(self, total: float) -> list[str]:
        """Draw the axis; the total stands at the end of its labels, which make way for it."""
        last = duration(total)
        line, labels = ["─"] * self._room, ""
        for ms, label in ticks(self._span, most=max(2, self._room // 10)):
            cell = self._cell(ms)
            line[cell] = "┬"
            if cell >= len(labels) and cell + len(label) + len(last) + 2 <= self._room:
                labels = f"{labels:{cell}}{label} "
        line[-1] = "┤"
        return ["".join(line), f"{labels}{last:>{self._room - len(labels)}}"]

    def legend(self) -> list[tuple[str, str]]:
        """Return the marks used so far, each with the key of its word."""
        return [(mark, key) for key, mark in _KEY.items() if key in self._keys]

    def _cell(self, ms: float) -> int:
        return min(self._room - 1, max(0, int(ms / self._span * self._room)))

    def _mark(self, stretch: Stretch, *, task: bool) -> str:
        partial = not task or self._scale.is_partial(stretch)
        key = "share" if not task else "density" if partial else "running"
        self._keys.add(key if stretch.state == "running" else stretch.state)
        if stretch.state != "running":
            return _KEY[stretch.state]
        if not partial or stretch.share >= 0.94:
            return _SOLID
        if stretch.share < IDLE and stretch.count == 1:
            return _HATCHED
        return _EIGHTHS[max(1, round(stretch.share * 8)) - 1]


_CELL = 6.0  # px
_RANK = {"suspended": 0, "ready": 1, "running": 2}
_KEY = {
    "running": _SOLID,
    "density": "▄",
    "suspended": _HATCHED,
    "ready": _WAITING,
    "share": "▄",
}
