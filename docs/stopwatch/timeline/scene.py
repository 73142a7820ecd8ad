"""A run as a picture small enough for a table's cell: who lived how long, and how each ended."""

from __future__ import annotations

from html import escape

from stopwatch.model import Lane, Run
from stopwatch.timeline.describe import summary
from stopwatch.timeline.rows import Row, rows
from stopwatch.timeline.shapes import number
from stopwatch.timeline.states import Activity, end_of

_WIDTH, _ROW, _MARGIN = 150.0, 8.0, 10.0  # units of the picture
_MARKS = {
    "error": "M-2.4 -2.4L2.4 2.4M-2.4 2.4L2.4 -2.4",
    "cancelled": "M-2.6 0a2.6 2.6 0 1 0 5.2 0a2.6 2.6 0 1 0 -5.2 0M-1.8 1.8L1.8 -1.8",
    "unfinished": "M-3 0H3M0.6 -2.2L3 0L0.6 2.2",
}


def render_scene(run: Run, span: float, *, language: str = "en") -> str:
    """Return the run's lanes as a small SVG whose width stands for ``span`` (ms)."""
    shown, activity = rows(run), Activity(run)
    height = _ROW * len(shown) + 2
    scale = _WIDTH / (span or 1.0)
    lanes = "".join(
        _lane(run, row, activity, _ROW * (position + 0.5) + 1, scale)
        for position, row in enumerate(shown)
    )
    end = number(run.total * scale)
    title = escape(f"{run.snippet}. {summary(run, shown, language)}")
    return (
        f'<svg class="tl-scene" viewBox="0 0 {number(_WIDTH + _MARGIN)} {number(height)}" '
        f'role="img" data-search-exclude><title>{title}</title>'
        f'<path class="tl-scene-end" d="M{end} 0V{number(height)}"/>{lanes}</svg>'
    )


def _lane(run: Run, row: Row, activity: Activity, y: float, scale: float) -> str:
    begin, end = row.lane.created * scale, end_of(run, row.lane) * scale
    held = "".join(
        f'<rect x="{number(s.start * scale)}" y="{number(y - 2.5)}" '
        f'width="{number(max(1.5, s.busy * scale))}" height="5"/>'
        for s in activity.of(row.lane)
        if s.state == "running"
    )
    life = f'<path class="tl-scene-life" d="M{number(begin)} {number(y)}H{number(end)}"/>'
    return f'<g class="{row.colour}">{life}{held}{_mark(row.lane, end, y)}</g>'


def _mark(lane: Lane, x: float, y: float) -> str:
    place = f'transform="translate({number(x + 4)} {number(y)})"'
    if lane.outcome in _MARKS:
        return f'<path class="tl-scene-mark" d="{_MARKS[lane.outcome]}" {place}/>'
    return f'<circle r="2.2" {place}/>'
