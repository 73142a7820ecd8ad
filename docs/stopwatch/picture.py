"""A run as a PNG of 1200 × 630 pixels: what a link to its page shows where links have pictures.

Whoever shows it writes the page's title beside it, so it needs no words: the lanes as in the
timeline, and the total as on a stopwatch.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator

from stopwatch.model import Run
from stopwatch.timeline.rows import Row, rows
from stopwatch.timeline.states import Activity, Stretch, end_of

WIDTH, HEIGHT = 1200, 630
_LEFT, _RIGHT, _TOP, _BOTTOM = 80, 1120, 210, 560
_MOST_LANES, _TALLEST, _THINNEST = 8, 52, 6

_GROUND, _INK, _RULE = 0, 1, 2
_GREYS = ["ffffff", "1b212c", "d5dae1"]
# The colours of the lanes on light ground, as in docs/theme/css/timeline.css.
_LANES = {
    "main": "5b6270", "c0": "0072b2", "c1": "d55e00", "c2": "009e73", "c3": "c4609a",
    "c4": "b98100", "c5": "2a94cf", "c6": "8d8600", "c7": "4b3d9e",
}  # fmt: skip
_SOLID, _STRIPE, _PALE = 0, 1, 2
_STRENGTH = {_SOLID: 1.0, _STRIPE: 0.55, _PALE: 0.16}
_FIRST = {name: len(_GREYS) + 3 * number for number, name in enumerate(_LANES)}

# Which of the seven strokes a digit has: top, upper left, upper right, middle, lower left, lower
# right, bottom. A small 5 is an s.
_STROKES = ["1110111", "0010010", "1011101", "1011011", "0111010",
            "1101011", "1101111", "1010010", "1111111", "1111011"]  # fmt: skip


def render_picture(run: Run) -> bytes:
    """Return the picture of a run, as a PNG."""
    canvas = _Canvas()
    _mark(canvas)
    _total(canvas, run.total)
    shown = rows(run)[:_MOST_LANES]
    span = max([run.total, 0.1, *(end_of(run, row.lane) for row in shown)])
    step = min(2 * _TALLEST, (_BOTTOM - _TOP) // max(1, len(shown)))
    activity = Activity(run)
    canvas.box(_RIGHT, _TOP - 20, 4, len(shown) * step + 30, _RULE)
    for position, row in enumerate(shown):
        end = end_of(run, row.lane)
        lane = _Lane(canvas, row, _TOP + position * step, min(_TALLEST, step * 2 // 3), span)
        lane.draw(activity.of(row.lane), end)
    return canvas.png()


class _Lane:
    """One lane: where it is drawn, and how long the whole axis is (ms)."""

    def __init__(self, canvas: _Canvas, row: Row, y: int, height: int, span: float) -> None:
        self._canvas, self._row, self._y, self._height = canvas, row, y, height
        self._scale = (_RIGHT - _LEFT) / span
        self._colour = _FIRST[row.colour]

    def draw(self, stretches: Iterable[Stretch], end: float) -> None:
        """Draw a life, hatched, and on it what was more than waiting."""
        start = self._row.lane.created
        self._fill(start, end, _hatching)
        busy = [stretch for stretch in stretches if stretch.state != "suspended"]
        for stretch in sorted(busy, key=lambda stretch: stretch.state == "running"):
            if stretch.state == "ready":
                self._fill(stretch.start, stretch.end, _dots)
            else:
                self._hold(stretch)

    def _fill(self, start: float, end: float, pattern: _Pattern) -> None:
        x, width = self._place(start, end)
        if width > 0:
            self._canvas.pattern(x, self._y, width, self._height, pattern(self._colour))

    def _hold(self, stretch: Stretch) -> None:
        x, width = self._place(stretch.start, stretch.end)
        height = self._height if self._row.lane.kind == "task" else self._share(stretch)
        y = self._y + self._height - height
        self._canvas.box(x, y, max(_THINNEST, width), height, self._colour + _SOLID)

    def _share(self, stretch: Stretch) -> int:
        return round(self._height * stretch.share)

    def _place(self, start: float, end: float) -> tuple[int, int]:
        x = _LEFT + round(start * self._scale)
        return x, _LEFT + round(end * self._scale) - x


class _Pattern:
    """A pattern of one colour, as rows of pixels that repeat in both directions."""

    def __init__(self, rows: list[str]) -> None:
        self._rows = rows

    def __call__(self, colour: int) -> list[bytes]:
        """Return the rows in that colour."""
        shades = {"/": colour + _STRIPE, " ": colour + _PALE}
        return [bytes(shades[mark] for mark in row) for row in self._rows]


_STRIPES = "/" * 5 + " " * 9
_hatching = _Pattern([_STRIPES[shift:] + _STRIPES[:shift] for shift in range(len(_STRIPES))])
_dots = _Pattern([*["   /////    "] * 5, *[" " * 12] * 7])


def _mark(canvas: _Canvas) -> None:
    """Draw the site's mark: three lanes."""
    for x, y, width, lane in ((0, 0, 66, "c0"), (24, 36, 84, "c1"), (48, 72, 72, "c2")):
        canvas.box(_LEFT + x, 70 + y, width, 24, _FIRST[lane])


def _total(canvas: _Canvas, total: float) -> None:
    """Draw the total in seconds, as a stopwatch shows it."""
    x = _digit(canvas, "5", _RIGHT + 4, 40) - 22
    for sign in reversed(f"{total / 1000:.2f}"):
        if sign == ".":
            canvas.box(x - 12, 154, 12, 12, _INK)
            x -= 28
        else:
            x = _digit(canvas, sign, x, 96) - 18


def _digit(canvas: _Canvas, digit: str, right: int, height: int) -> int:
    """Draw a digit that ends at ``right`` and stands on the line; return where it begins."""
    thick = max(6, height // 8)
    width, half = height * 9 // 16, (height - thick) // 2
    x, y = right - width, 166 - height
    places = [
        (x, y, width, thick),
        (x, y, thick, half + thick),
        (right - thick, y, thick, half + thick),
        (x, y + half, width, thick),
        (x, y + half, thick, half + thick),
        (right - thick, y + half, thick, half + thick),
        (x, y + 2 * half, width, thick),
    ]
    for stroke, place in zip(_STROKES[int(digit)], places, strict=True):
        if stroke == "1":
            canvas.box(*place, _INK)
    return x


class _Canvas:
    """Rows of pixels, each a number in the palette."""

    def __init__(self) -> None:
        self._rows = [bytearray(WIDTH) for _ in range(HEIGHT)]

    def box(self, x: int, y: int, width: int, height: int, colour: int) -> None:
        """Fill a rectangle."""
        self.pattern(x, y, width, height, [bytes([colour])])

    def pattern(self, x: int, y: int, width: int, height: int, rows: list[bytes]) -> None:
        """Fill a rectangle with rows that repeat."""
        width = min(width, WIDTH - x)
        filled = [(row * (width // len(row) + 1))[:width] for row in rows]
        for line in range(y, y + height):
            self._rows[line][x : x + width] = filled[line % len(filled)]

    def png(self) -> bytes:
        """Return the picture as a file."""
        pixels = zlib.compress(b"".join(b"\0" + row for row in self._rows), 6)
        header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
        chunks = [(b"IHDR", header), (b"PLTE", _palette()), (b"IDAT", pixels), (b"IEND", b"")]
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)


def _palette() -> bytes:
    lanes = (part for colour in _LANES.values() for part in _shades(colour))
    return bytes([*_rgb(_GREYS, 1.0), *lanes])


def _shades(colour: str) -> Iterator[int]:
    for strength in _STRENGTH.values():
        yield from _rgb([colour], strength)


def _rgb(colours: Iterable[str], strength: float) -> Iterator[int]:
    for colour in colours:
        for part in bytes.fromhex(colour):
            yield round(255 - (255 - part) * strength)
