"""A run's timeline for the terminal."""

from __future__ import annotations

from stopwatch.model import Run
from stopwatch.timeline.axis import ticks
from stopwatch.timeline.rows import MAIN, Row, rows
from stopwatch.timeline.states import Stretch, by_lane, end_of, states
from stopwatch.timeline.words import duration, width

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
    names = min(_MOST_NAME, max(_columns(row.lane.name) for row in shown))
    notes = max(_columns(_note(row)) for row in shown)
    room = max(_LEAST_BAR, width - names - notes - 2)
    segments = by_lane(run)
    span = max([run.total, 0.1, *(end_of(run, row.lane) for row in shown)])
    lines, group = [], ""
    for row in shown:
        if row.group != group:
            group = row.group
            lines.append(
                _paint(
                    f"{'threads' if group == 'thread' else 'processes':>{names}}", "2", on=colour
                )
            )
        bar = _bar(run, row, states(run, row.lane, segments[row.lane.id]), span, room)
        name = _cut(row.lane.name, names)
        lines.append(_paint(f"{name} {bar.rstrip()} {_note(row)}", _SHADES[row.colour], on=colour))
    if len(every) > len(shown):
        lines.append(f"{'':{names}} … {len(every) - len(shown)} more")
    lines += [" " * (names + 1) + line for line in _axis(run, span, room)]
    lines.append(_legend(shown))
    return "\n".join(lines)


def _columns(text: str) -> int:
    return width(text)


def _cut(name: str, room: int) -> str:
    while width(name) > room:
        name = name[:-2] + "…"
    return " " * (room - width(name)) + name


def _note(row: Row) -> str:
    sign = _SIGNS[row.lane.outcome]
    if row.lane.outcome == "done":
        return sign
    return f"{sign} {row.lane.error or 'Exception' if row.lane.outcome == 'error' else row.lane.outcome}"


def _paint(text: str, code: str, *, on: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if on else text


def _bar(run: Run, row: Row, stretches: list[Stretch], span: float, room: int) -> str:
    """Draw cells: whoever ran in one marks it, however short; else what lasted longest in it."""
    lane = row.lane
    first, last = _cell(lane.created, span, room), _cell(end_of(run, lane), span, room)
    cells = [" "] * first + [" " if lane.kind == "task" else _LIFE] * (last - first + 1)
    for stretch in sorted(stretches, key=lambda stretch: _RANK[stretch.state]):
        left, right = _cell(stretch.start, span, room), _cell(stretch.end, span, room)
        if stretch.state == "ready" and stretch.length < span / room / 2:
            continue
        mark = _mark(stretch, task=lane.kind == "task")
        cells[left : right + 1] = [mark] * (right + 1 - left)
    return "".join(cells)


_RANK = {"suspended": 0, "ready": 1, "running": 2}


def _cell(ms: float, span: float, room: int) -> int:
    return min(room - 1, max(0, int(ms / span * room)))


def _mark(stretch: Stretch, *, task: bool) -> str:
    if stretch.state != "running":
        return _HATCHED if stretch.state == "suspended" else _WAITING
    if task:
        return _SOLID
    if stretch.share < 0.06:
        return _HATCHED
    return _EIGHTHS[min(7, round(stretch.share * 8) - 1)] if stretch.share < 0.94 else _SOLID


def _axis(run: Run, span: float, room: int) -> list[str]:
    line, labels = ["─"] * room, ""
    for ms, label in ticks(span, most=max(2, room // 10)):
        cell = _cell(ms, span, room)
        line[cell] = "┬"
        if cell >= len(labels) and cell + len(label) <= room:
            labels = f"{labels:{cell}}{label} "
    total = duration(run.total)
    if len(labels) + len(total) + 1 > room:
        return ["".join(line), labels.rstrip(), f"total {total}"]
    return ["".join(line), f"{labels}{total:>{room - len(labels)}}"]


def _legend(shown: list[Row]) -> str:
    parts = []
    if any(row.lane.kind == "task" for row in shown):
        parts.append(
            f"{_SOLID} holds the loop  {_HATCHED} suspended  {_WAITING} ready, kept waiting"
        )
    if any(row.lane.kind != "task" for row in shown):
        parts.append("▄ share of a CPU")
    return "  ".join(parts)
