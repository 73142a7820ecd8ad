"""The small shapes that a picture is made of."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from stopwatch.model import Lane


@dataclass(frozen=True, slots=True)
class Shape:
    """The heights (px) of a lane: of its row, of a solid bar and of a hatched one."""

    name: str
    row: int
    solid: int
    hatched: int

    @property
    def middle(self) -> float:
        """Where the row's middle is (px)."""
        return self.row / 2

    @property
    def top(self) -> float:
        """Where a solid bar begins (px)."""
        return (self.row - self.solid) / 2


NORMAL = Shape("normal", 24, 16, 10)
COMPACT = Shape("compact", 15, 11, 7)
THIN = Shape("thin", 5, 4, 2)

SIGNS = {
    "done": '<circle cx="9" cy="8" r="3.5"/>',
    "error": '<path d="M5.5 4.5l7 7m0-7l-7 7"/>',
    "cancelled": '<circle cx="9" cy="8" r="4"/><path d="M6.2 10.8l5.6-5.6"/>',
    "unfinished": '<path d="M4.5 8h8m-3.5-3.5l3.5 3.5l-3.5 3.5"/>',
}
_BOX = '<rect class="tl-k" x=".5" y="1" width="19" height="10" rx="2"/>'
_HALF = f'{_BOX}<rect class="tl-r" x=".5" y="6" width="19" height="5"/>'
_HATCHED = f'<path class="tl-k" d="M2 11l7-10M7 11l7-10M12 11l6-9"/>{_BOX}'
_SWATCHES = {
    "running": '<rect class="tl-r" x="0" width="3" height="12"/>'
    '<rect class="tl-r" x="7" width="13" height="12"/>',
    "suspended": _HATCHED,
    "waits": _HATCHED,
    "ready": '<line class="tl-w" x1="2" x2="20" y1="6" y2="6"/>',
    "density": _HALF,
    "share": _HALF,
}


def swatch(state: str) -> str:
    """Return the key's small picture of a state."""
    return f'<svg width="20" height="12" aria-hidden="true">{_SWATCHES[state]}</svg>'


def number(value: float) -> str:
    """Return a number as short as two decimals allow."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def rect(kind: str, x: str, width: str, y: float, height: float) -> str:
    """Return a rectangle; ``x`` and ``width`` carry their unit."""
    return (
        f'<rect class="{kind}" x="{x}" y="{number(y)}" width="{width}" height="{number(height)}"/>'
    )


def line(kind: str, x: tuple[str, str], y: tuple[float, float]) -> str:
    """Return a line between two points; ``x`` carries its unit."""
    return f'<line class="{kind}" x1="{x[0]}" x2="{x[1]}" y1="{number(y[0])}" y2="{number(y[1])}"/>'


def group(shapes: str, title: str, attributes: str = "") -> str:
    """Return shapes under one tooltip; without any, and nothing else to say, as they are."""
    if not title and not attributes:
        return shapes
    tip = f"<title>{escape(title)}</title>" if title else ""
    return f"<g{attributes}>{tip}{shapes}</g>"


def hooks(lane: Lane, end: float) -> str:
    """Return the attributes by which the replay finds a lane and its times (ms)."""
    return f'data-lane="{lane.id}" data-start="{number(lane.created)}" data-end="{number(end)}"'
