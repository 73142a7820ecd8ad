"""One or more runs as a picture on one time axis.

Bars are SVG with lengths in per cent, names and words are HTML beside and above them: so text keeps
its size at every width, and nothing needs a script. Colours are CSS variables (timeline.css).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from stopwatch.model import Run
from stopwatch.timeline.axis import ticks
from stopwatch.timeline.bars import Drawn, Pen
from stopwatch.timeline.describe import summary
from stopwatch.timeline.pixels import Scale, fit, spread
from stopwatch.timeline.rows import MAIN, Row, rows
from stopwatch.timeline.shapes import COMPACT, NORMAL, THIN, number, swatch
from stopwatch.timeline.states import Activity, end_of
from stopwatch.timeline.words import duration, name_of, note_of, width, word

LIMIT = 60_000  # bytes of one picture
_NORMAL_LANES, _COMPACT_LANES = 16, 48  # beyond, lanes become lower
_WIDEST_NAME, _SHORT_NAME = 18, 8  # columns


@dataclass(frozen=True, slots=True)
class _Detail:
    """How much is drawn: gaps (px) to keep, whether stretches have tooltips, how many lanes."""

    gap: float
    tips: bool
    lanes: int


_DETAILS = (
    _Detail(gap=2.0, tips=True, lanes=240),
    _Detail(gap=4.0, tips=True, lanes=240),
    _Detail(gap=4.0, tips=False, lanes=240),
    _Detail(gap=12.0, tips=False, lanes=240),
    _Detail(gap=40.0, tips=False, lanes=240),
    _Detail(gap=120.0, tips=False, lanes=160),
    _Detail(gap=640.0, tips=False, lanes=80),
)


def render_svg(
    runs: Sequence[Run],
    *,
    titles: Sequence[str] | None = None,
    language: str = "en",
    id: str = "",  # noqa: A002 (it is the id of the element)
) -> str:
    """Return runs as HTML with inline SVG, stacked on one time axis.

    ``titles`` stand above the runs; by default the programs' names do when there are several.
    ``id`` begins the ids in it and must be unique in the page. What doesn't fit into 60 KB is
    merged.
    """
    if titles is None:
        titles = [run.snippet for run in runs] if len(runs) > 1 else [""] * len(runs)
    names = "-".join(run.snippet for run in runs)
    identity = escape(f"tl-{id or format(zlib.crc32(names.encode()), 'x')}")
    html = ""
    for detail in _DETAILS:
        html = _Picture(runs, titles, language, identity, detail).render()
        if len(html.encode()) <= LIMIT:
            break
    return html


class _Picture:
    def __init__(
        self,
        runs: Sequence[Run],
        titles: Sequence[str],
        language: str,
        identity: str,
        detail: _Detail,
    ) -> None:
        self._runs, self._titles, self._language = runs, titles, language
        self._identity, self._detail = identity, detail
        self._rows = [rows(run) for run in runs]
        self._ends = [
            [end_of(run, row.lane) for row in shown]
            for run, shown in zip(runs, self._rows, strict=True)
        ]
        self._span = max(
            [0.1, *(run.total for run in runs), *(max(e, default=0) for e in self._ends)]
        )
        self._scale = Scale(self._span, gap=detail.gap)
        self._colours: set[str] = set()
        self._states: set[str] = set()

    def render(self) -> str:
        plots = [
            self._plot(position, run, shown, title)
            for position, (run, shown, title) in enumerate(
                zip(self._runs, self._rows, self._titles, strict=True)
            )
        ]
        alternative = f"{self._identity}-alt"
        attributes = f'role="img" aria-labelledby="{alternative}" data-search-exclude=""'
        body = "tl-body tl-stacks" if self._stacks() else "tl-body"
        parts = [
            f'<div class="tl" id="{self._identity}" {attributes}>',
            f'<span class="tl-alt" id="{alternative}">{escape(self._alternative())}</span>',
            self._patterns(),
            f'<div class="{body}" style="{self._margins()}">',
            *plots,
            self._axis(),
            self._key(),
            "</div>\n</div>",
        ]
        return "\n".join(part for part in parts if part)

    def _word(self, key: str, **values: object) -> str:
        return word(key, self._language, **values)

    def _pct(self, ms: float) -> str:
        return f"{number(100 * ms / self._span)}%"

    # Around the plots

    def _alternative(self) -> str:
        stop = self._word("stop")
        names = self._word("comma").join(run.snippet for run in self._runs)
        said = [
            summary(run, shown, self._language)
            for run, shown in zip(self._runs, self._rows, strict=True)
        ]
        return f"{self._word('timeline of', names=names)}{stop}{' '.join(said)}"

    def _patterns(self) -> str:
        hatches = "".join(
            f'<pattern id="{self._identity}-{colour}" class="{colour}" width="5" height="5" '
            'patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
            '<path class="tl-clear" d="M0 0h5v5h-5z"/><path class="tl-stripe" d="M2.5 0v5"/>'
            "</pattern>"
            for colour in sorted(self._colours)
        )
        return f'<svg class="tl-defs" width="0" height="0" aria-hidden="true">{hatches}</svg>'

    def _margins(self) -> str:
        """Make room (em) for the names on the left and the outcomes' words on the right."""
        widest = max((width(name_of(row)) for shown in self._rows for row in shown), default=0)
        room = [2.0]
        for shown, ends in zip(self._rows, self._ends, strict=True):
            for row, end in zip(shown, ends, strict=True):
                note = width(note_of(row.lane, self._language))
                room.append(0.6 * note + 2.0 - 40 * (1 - end / self._span) if note else 0.0)
        names = 0.62 * min(widest, _WIDEST_NAME) + 1.2
        return f"--tl-left:{number(names)}em;--tl-right:{number(min(13.0, max(room)))}em"

    def _stacks(self) -> bool:
        """Tell whether on a narrow screen names go above their bars.

        They don't when they are short, without a word about the outcome, or very many.
        """
        every = [row for shown in self._rows for row in shown]
        long = any(width(name_of(row)) > _SHORT_NAME for row in every)
        failed = any(row.lane.outcome == "error" for row in every)
        return (long or failed) and all(len(shown) <= _NORMAL_LANES for shown in self._rows)

    def _axis(self) -> str:
        labels = "".join(
            f'<span class="tl-tick" style="left:{self._pct(ms)}">{label}</span>'
            for ms, label in ticks(self._span)
        )
        return f'<div class="tl-axis">{labels}</div>'

    def _key(self) -> str:
        states = self._states
        if "suspended" in states:
            states = states - {"waits"}  # both are hatched
        items = [
            f"<span>{swatch(state)}{self._word(state)}</span>"
            for state in ("running", "density", "suspended", "waits", "ready", "share")
            if state in states
        ]
        return f'<div class="tl-key main">{"".join(items)}</div>' if items else ""

    # A run

    def _plot(self, position: int, run: Run, shown: Sequence[Row], title: str) -> str:
        pen = Pen(
            run,
            self._scale,
            identity=self._identity,
            language=self._language,
            tips=self._detail.tips,
        )
        lanes = "\n".join(self._grouped(pen, self._lanes(run, shown)))
        self._colours |= pen.colours
        self._states |= pen.states
        end = number(100 * run.total / self._span)
        head = f'<span class="tl-title">{escape(title)}</span>' if title else ""
        return (
            f'<div class="tl-run" data-run="{position}" data-snippet="{escape(run.snippet)}">\n'
            f'<div class="tl-head" style="--tl-end:{end}">{head}'
            f'<span class="tl-total">{duration(run.total)}</span></div>\n'
            f'<div class="tl-plot" data-t0="0" data-t1="{number(self._span)}">'
            f"{self._grid(end)}\n{lanes}{self._unseen(shown)}</div></div>"
        )

    def _grid(self, end: str) -> str:
        places = [(self._pct(ms), "") for ms, _ in ticks(self._span)]
        lines = "".join(
            f'<line{kind} x1="{x}" x2="{x}" y1="0" y2="100%"/>'
            for x, kind in [*places, (f"{end}%", ' class="tl-end"')]
        )
        return f'<svg class="tl-grid" width="100%" height="100%" aria-hidden="true">{lines}</svg>'

    def _unseen(self, shown: Sequence[Row]) -> str:
        """Say what isn't drawn."""
        if not shown:
            return f'<div class="tl-more">{self._word("nothing")}</div>'
        count = len(shown) - self._detail.lanes
        return f'<div class="tl-more">{self._word("more", count=count)}</div>' if count > 0 else ""

    def _lanes(self, run: Run, shown: Sequence[Row]) -> list[Drawn]:
        kept = shown[: self._detail.lanes]
        shape = THIN
        if len(kept) <= _COMPACT_LANES:
            shape = NORMAL if len(kept) <= _NORMAL_LANES else COMPACT
        activity = Activity(run)
        fitted = [
            fit(activity.of(row.lane), self._scale, task=row.lane.kind == "task") for row in kept
        ]
        marks = [
            (position, stretch.start)
            for position, row in enumerate(kept)
            if row.lane.kind == "task" and (shape is not THIN or row.colour == MAIN)
            for stretch in fitted[position]
            if stretch.state == "running" and self._scale.is_mark(stretch)
        ]
        shifts = spread(marks, self._scale, run.total)
        return [
            Drawn(
                row,
                end_of(run, row.lane),
                fitted[position],
                NORMAL if row.colour == MAIN else shape,
                shifts.get(position, {}),
            )
            for position, row in enumerate(kept)
        ]

    def _grouped(self, pen: Pen, lanes: Sequence[Drawn]) -> Iterator[str]:
        """Draw lanes, with a label above the threads and one above the processes."""
        group, block = "", list[Drawn]()
        for drawn in lanes:
            if block and (drawn.shape is not THIN or drawn.row.group != group):
                yield pen.block(block)
                block = []
            if drawn.row.group != group:
                group = drawn.row.group
                yield f'<div class="tl-group"><span>{self._word(group)}</span></div>'
            if drawn.shape is THIN:
                block.append(drawn)
            else:
                yield pen.lane(drawn)
        if block:
            yield pen.block(block)
