"""One or more runs as a picture on one time axis.

Bars are SVG with lengths in per cent, names and words are HTML beside and above them: so text keeps
its size at every width, and nothing needs a script. Colours are CSS variables (timeline.css).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape

from stopwatch.model import Lane, Run
from stopwatch.timeline import words
from stopwatch.timeline.axis import ticks
from stopwatch.timeline.describe import summary
from stopwatch.timeline.pixels import MARK, Place, Scale, fit, spread
from stopwatch.timeline.rows import MAIN, Row, rows
from stopwatch.timeline.states import Stretch, by_lane, end_of, states
from stopwatch.timeline.words import word

LIMIT = 60_000  # bytes of one picture


@dataclass(frozen=True, slots=True)
class Shape:
    """The heights (px) of a lane: of its row, of a solid bar and of a hatched one."""

    name: str
    row: int
    solid: int
    hatched: int
    words: bool = False


NORMAL = Shape("normal", 24, 16, 10, words=True)
COMPACT = Shape("compact", 15, 11, 7)
THIN = Shape("thin", 5, 4, 2)


@dataclass(frozen=True, slots=True)
class Detail:
    """How much is drawn: gaps to merge (px), whether stretches have tooltips, how many lanes."""

    gap: float
    tips: bool
    lanes: int


_DETAILS = (
    Detail(1.5, tips=True, lanes=240),
    Detail(4.0, tips=True, lanes=240),
    Detail(4.0, tips=False, lanes=240),
    Detail(12.0, tips=False, lanes=160),
    Detail(40.0, tips=False, lanes=80),
    Detail(120.0, tips=False, lanes=40),
)


def render_svg(
    runs: Sequence[Run],
    *,
    titles: Sequence[str] | None = None,
    language: str = "en",
    id: str = "",
) -> str:
    """Return runs as HTML with inline SVG, stacked on one time axis.

    ``titles`` stand above the runs; by default the programs' names do when there are several. ``id``
    begins the ids in it and must be unique in the page. What doesn't fit into 60 KB is merged.
    """
    if titles is None:
        titles = [run.snippet for run in runs] if len(runs) > 1 else [""] * len(runs)
    names = "-".join(run.snippet for run in runs)
    identity = f"tl-{id}" if id else f"tl-{zlib.crc32(names.encode()):x}"
    html = ""
    for detail in _DETAILS:
        html = _Picture(runs, titles, language, escape(identity), detail).render()
        if len(html.encode()) <= LIMIT:
            break
    return html


@dataclass(frozen=True, slots=True)
class _Lane:
    """One lane, ready to be drawn."""

    row: Row
    end: float
    stretches: list[Stretch]
    shape: Shape


class _Picture:
    def __init__(
        self,
        runs: Sequence[Run],
        titles: Sequence[str],
        language: str,
        identity: str,
        detail: Detail,
    ) -> None:
        self._runs, self._titles, self._language = runs, titles, language
        self._identity, self._detail = identity, detail
        ends = [end_of(run, row.lane) for run in runs for row in rows(run)]
        self._span = max([run.total for run in runs] + ends + [0.1])
        self._scale = Scale(self._span, gap=detail.gap)
        self._colours: set[str] = set()
        self._states: set[str] = set()

    def render(self) -> str:
        plots = [
            self._run(number, run, title)
            for number, (run, title) in enumerate(zip(self._runs, self._titles, strict=True))
        ]
        alternative = " ".join(summary(run, rows(run), self._language) for run in self._runs)
        names = ", ".join(run.snippet for run in self._runs)
        label = f"{self._word('timeline of', names=names)}{self._word('stop')}{alternative}"
        return "\n".join([
            f'<div class="tl" id="{self._identity}" role="img" data-search-exclude '
            f'aria-labelledby="{self._identity}-alt">',
            f'<span class="tl-alt" id="{self._identity}-alt">{escape(label)}</span>',
            self._patterns(),
            f'<div class="tl-body{self._stacks()}" style="{self._margins()}">',
            *plots,
            self._axis(),
            self._key(),
            "</div>",
            "</div>",
        ])  # fmt: skip

    def _word(self, key: str, **values: object) -> str:
        return word(key, self._language, **values)

    # Around the plots

    def _patterns(self) -> str:
        hatches = "".join(
            f'<pattern id="{self._identity}-{colour}" class="{colour}" width="5" height="5" '
            'patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
            '<path class="tl-clear" d="M0 0h5v5h-5z"/><path class="tl-stripe" d="M2.5 0v5"/></pattern>'
            for colour in sorted(self._colours)
        )
        return f'<svg class="tl-defs" width="0" height="0" aria-hidden="true"><defs>{hatches}</defs></svg>'

    def _margins(self) -> str:
        """Make room for the names on the left and for the longest outcome on the right."""
        names = max((words.width(self._name(row)) for row in self._rows()), default=0)
        notes = [_room(self._note(row), end_of(run, row.lane) / self._span)
                 for run in self._runs for row in rows(run)]  # fmt: skip
        return (
            f"--tl-names:{_number(0.62 * min(names, 18) + 1.2)}em;"
            f"--tl-gutter:{_number(max([2.0, *notes]))}em"
        )

    def _stacks(self) -> str:
        """On a narrow screen names go above their bars, unless they are short or the lanes many."""
        most = max((len(rows(run)) for run in self._runs), default=0)
        names = [words.width(self._name(row)) for row in self._rows()]
        notes = any(row.lane.outcome == "error" for row in self._rows())
        return " tl-stacks" if most <= 16 and (notes or max(names, default=0) > 8) else ""

    def _rows(self) -> Iterator[Row]:
        for run in self._runs:
            yield from rows(run)

    def _axis(self) -> str:
        marks = "".join(
            f'<span{" class=tl-odd" if number % 2 else ""} style="left:{self._pct(ms)}%">{label}</span>'
            for number, (ms, label) in enumerate(ticks(self._span))
        )
        return f'<div class="tl-axis">{marks}</div>'

    def _key(self) -> str:
        items = []
        for state, key in _KEY:
            if state in self._states:
                items.append(f"<span>{_SWATCHES[state]}{self._word(key)}</span>")
        return f'<div class="tl-key main" fill="none">{"".join(items)}</div>' if items else ""

    # A run

    def _run(self, number: int, run: Run, title: str) -> str:
        shown = rows(run)[: self._detail.lanes]
        lanes = self._lanes(run, shown)
        shifts = self._shifts(run, lanes)
        names = {lane.id: lane for lane in run.lanes}
        drawn = "\n".join(self._grouped(run, lanes, shifts, names))
        left_out = len(rows(run)) - len(shown)
        more = (
            f'<div class="tl-more">{self._word("more", count=left_out)}</div>' if left_out else ""
        )
        end = _number(100 * run.total / self._span)
        title = f'<span class="tl-title">{escape(title)}</span>' if title else ""
        return (
            f'<div class="tl-run" data-run="{number}" data-snippet="{escape(run.snippet)}">\n'
            f'<div class="tl-head" style="--tl-end:{end}">{title}'
            f'<span class="tl-total">{words.duration(run.total)}</span></div>\n'
            f'<div class="tl-plot" data-t0="0" data-t1="{_number(self._span)}">'
            f"{self._grid(end)}\n{drawn}{more}</div></div>"
        )

    def _grid(self, end: str) -> str:
        lines = "".join(
            f'<line x1="{x}%" x2="{x}%" y1="0" y2="100%"/>'
            for x in (self._pct(ms) for ms, _ in ticks(self._span))
        )
        return (
            f'<svg class="tl-grid" width="100%" height="100%" aria-hidden="true">{lines}'
            f'<line class="tl-end" x1="{end}%" x2="{end}%" y1="0" y2="100%"/></svg>'
        )

    def _lanes(self, run: Run, shown: list[Row]) -> list[_Lane]:
        segments = by_lane(run)
        shape = NORMAL if len(shown) <= 16 else COMPACT if len(shown) <= 48 else THIN
        lanes = []
        for row in shown:
            whole = states(run, row.lane, segments[row.lane.id])
            fitted = fit(whole, self._scale, task=row.lane.kind == "task")
            lanes.append(_Lane(
                row, end_of(run, row.lane), fitted, NORMAL if row.colour == MAIN else shape
            ))  # fmt: skip
        return lanes

    def _shifts(self, run: Run, lanes: list[_Lane]) -> dict[tuple[int, float], float]:
        """Return by how much (px) each mark of a loop is set aside, by lane and start."""
        places = {
            (lane.row.lane.id, stretch.start): Place(stretch.start)
            for lane in lanes
            if lane.row.lane.kind == "task" and lane.shape is not THIN
            for stretch in lane.stretches
            if stretch.state == "running" and self._scale.is_mark(stretch)
        }
        spread(list(places.values()), self._scale, run.total)
        return {key: place.shift for key, place in places.items()}

    def _grouped(
        self,
        run: Run,
        lanes: list[_Lane],
        shifts: dict[tuple[int, float], float],
        names: dict[int, Lane],
    ) -> Iterator[str]:
        group, thin = "", list[_Lane]()
        for lane in lanes:
            if thin and (lane.shape is not THIN or lane.row.group != group):
                yield self._thin(thin)
                thin = []
            if lane.row.group != group:
                group = lane.row.group
                label = self._word("threads" if group == "thread" else "processes")
                yield f'<div class="tl-group"><span>{label}</span></div>'
            if lane.shape is THIN:
                thin.append(lane)
            else:
                yield self._lane(run, lane, shifts, names)
        if thin:
            yield self._thin(thin)

    # A lane

    def _name(self, row: Row) -> str:
        return ("↳ " if row.depth else "") + row.lane.name

    def _note(self, row: Row) -> str:
        lane = row.lane
        if lane.outcome == "error":
            return lane.error or "Exception"
        return self._word(lane.outcome) if lane.outcome != "done" else ""

    def _lane(
        self,
        run: Run,
        lane: _Lane,
        shifts: dict[tuple[int, float], float],
        names: dict[int, Lane],
    ) -> str:
        row, shape = lane.row, lane.shape
        self._colours.add(row.colour)
        # Marks may be set aside over the ground of what follows: they are drawn last.
        ground, bars, labels, aside = list[str](), list[str](), list[str](), 0.0
        if row.lane.kind != "task":
            ground.append(self._lifeline(row.lane, lane.end, shape))
        for stretch, until in _closed(lane.stretches, self._scale):
            shift = shifts.get((row.lane.id, stretch.start), 0.0)
            if stretch.state == "running":
                aside = shift
            tip = self._tip(run, row.lane, stretch, names) if self._detail.tips else ""
            text = self._text(row.lane, stretch, names) if shape.words else ""
            drawn = replace(stretch, end=until)
            if text and self._scale.px(drawn.length) * 1.4 > 6 * words.width(text) + 8:
                labels.append(self._label(drawn, text, tip, aside))
                tip = ""
            layer = bars if stretch.state == "running" else ground
            cut = row.lane.kind != "task" and bool(bars)
            layer.append(self._bar(drawn, row.lane, shape, shift, tip, cut=cut))
        bars.append(self._sign(row.lane, lane.end, shape))
        note = self._note(row)
        kind = row.lane.outcome
        note = f'<span class="tl-note tl-{kind}">{escape(note)}</span>' if note else ""
        name = escape(self._name(row))
        return (
            f'<div class="tl-lane tl-{shape.name} {row.colour}" {_hooks(lane)}>'
            f'<span class="tl-name" title="{escape(row.lane.name)}"><b>{name}</b>{note}</span>'
            f'<span class="tl-track"><svg width="100%" height="{shape.row}" '
            f'fill="url(#{self._identity}-{row.colour})">{"".join(ground + bars)}</svg>'
            f"{''.join(labels)}"
            + (
                f'<span class="tl-out" style="left:{self._pct(lane.end)}%">{note}</span>'
                if note
                else ""
            )
            + "</span></div>"
        )

    def _text(self, lane: Lane, stretch: Stretch, names: dict[int, Lane]) -> str:
        if stretch.state == "suspended":
            return words.waits_label(stretch, names, self._language)
        if stretch.state == "ready":
            return self._word("ready")
        if lane.kind == "task":
            return self._word("running") if stretch.share > 0.85 else ""
        share = round(100 * stretch.share)
        return self._word("cpu", share=share) if share > 4 else self._word("waits")

    def _tip(self, run: Run, lane: Lane, stretch: Stretch, names: dict[int, Lane]) -> str:
        state = "working" if lane.kind != "task" and stretch.state == "running" else stretch.state
        text = f"{lane.name}{self._word('colon')}{self._word(state)} "
        text += words.period(stretch.start, stretch.end, run.total)
        if stretch.count > 1:
            text += self._word("times", count=stretch.count)
        if stretch.state == "running" and stretch.share < 0.97:
            text += self._word("clause") + self._word("cpu", share=round(100 * stretch.share))
        if stretch.state == "suspended":
            label = words.waits_label(stretch, names, self._language)
            if label and not stretch.waits_for:
                label = self._word("for", what=label)
            text += self._word("clause") + label if label else ""
        if stretch.line is not None:
            text += self._word("line", line=stretch.line)
        return text

    def _label(self, stretch: Stretch, text: str, tip: str, aside: float) -> str:
        """Write words into a bar, ``aside`` px further right, where the mark before it was set."""
        left, width = self._pct(stretch.start) + "%", self._pct(stretch.length)
        if aside >= 1:
            left = f"calc({left} + {_number(aside)}px)"
        kind = " tl-in" if stretch.state == "running" and stretch.share > 0.04 else ""
        return (
            f'<span class="tl-word{kind}" style="left:{left};width:{width}%" title="{escape(tip)}">'
            f"<i>{escape(text)}</i></span>"
        )

    # Shapes

    def _pct(self, ms: float) -> str:
        return _number(100 * ms / self._span)

    def _bar(
        self,
        stretch: Stretch,
        lane: Lane,
        shape: Shape,
        shift: float,
        tip: str,
        *,
        cut: bool = False,
    ) -> str:
        self._states.add(_key_of(stretch, lane))
        title = f"<title>{escape(tip)}</title>" if tip else ""
        x, width = self._pct(stretch.start), self._pct(stretch.length)
        if stretch.state == "suspended":
            y = (shape.row - shape.hatched) / 2
            return _rect("tl-h", x, width + "%", y, shape.hatched, title)
        if stretch.state == "ready":
            y = (shape.row - shape.hatched) / 2
            x2 = self._pct(stretch.end)
            return (
                f"<g>{title}{_rect('tl-q', x, width + '%', y, shape.hatched)}"
                f'<line class="tl-w" x1="{x}%" x2="{x2}%" y1="{shape.row / 2:g}" y2="{shape.row / 2:g}"/></g>'
            )
        y = (shape.row - shape.solid) / 2
        if lane.kind != "task" or self._scale.is_partial(stretch):
            return self._partial(stretch, shape, title, cut=cut)
        move = f' transform="translate({_number(shift)})"' if abs(shift) >= 0.5 else ""
        if self._scale.is_mark(stretch):
            return _rect("tl-r", x, f"{MARK:g}", y, shape.solid, title, move)
        if self._scale.px(stretch.length) < 3 * MARK:
            # On a narrow screen its true width may fall below that of a mark: draw both.
            both = _rect("tl-r", x, f"{MARK:g}", y, shape.solid)
            return f"<g>{title}{both}{_rect('tl-r', x, width + '%', y, shape.solid)}</g>"
        return _rect("tl-r", x, width + "%", y, shape.solid, title)

    def _partial(self, stretch: Stretch, shape: Shape, title: str, *, cut: bool) -> str:
        """Draw a stretch solid only as high as its share, over hatched ground."""
        x, width = self._pct(stretch.start), self._pct(stretch.length) + "%"
        top = (shape.row - shape.solid) / 2
        height = shape.solid * stretch.share
        if stretch.share >= 0.97:
            height = shape.solid
        ground = _rect("tl-h", x, width, top, shape.solid)
        solid = _rect("tl-r", x, width, top + shape.solid - height, height) if height >= 0.5 else ""
        line = f'<line class="tl-cut" x1="{x}%" x2="{x}%" y1="{top:g}" y2="{top + shape.solid:g}"/>'
        return f"<g>{title}{ground}{solid}{line if cut else ''}</g>"

    def _lifeline(self, lane: Lane, end: float, shape: Shape) -> str:
        y = f"{shape.row / 2:g}"
        return (
            f'<line class="tl-life" x1="{self._pct(lane.created)}%" x2="{self._pct(end)}%" '
            f'y1="{y}" y2="{y}"/>'
        )

    def _sign(self, lane: Lane, end: float, shape: Shape) -> str:
        y = (shape.row - 16) / 2
        return (
            f'<svg class="tl-sign tl-{lane.outcome}" x="{self._pct(end)}%" y="{y:g}" '
            f'width="16" height="16">{_SIGNS[lane.outcome]}</svg>'
        )

    def _thin(self, lanes: list[_Lane]) -> str:
        """Draw very many lanes as one block of thin lines, with a name wherever there is room."""
        every = 4
        marks, names = [], []
        for number, lane in enumerate(lanes):
            y = number * THIN.row
            if number % every == 0:
                name = escape(lane.row.lane.name)
                names.append(f'<span class="{lane.row.colour}" style="top:{y}px">{name}</span>')
            parts = [f'<g class="{lane.row.colour}" {_hooks(lane)}>']
            for stretch, until in _closed(lane.stretches, self._scale):
                parts.append(self._thin_bar(replace(stretch, end=until), lane.row.lane, y))
            marks.append("".join(parts) + "</g>")
        return (
            f'<div class="tl-block"><div class="tl-names">{"".join(names)}</div>'
            f'<svg width="100%" height="{len(lanes) * THIN.row}">{"".join(marks)}</svg></div>'
        )

    def _thin_bar(self, stretch: Stretch, lane: Lane, y: int) -> str:
        self._states.add(_key_of(stretch, lane))
        x, width = self._pct(stretch.start), self._pct(stretch.length) + "%"
        if stretch.state != "running":
            kind = "tl-th" if stretch.state == "suspended" else "tl-tw"
            return _rect(kind, x, width, y + 1, THIN.hatched)
        if self._scale.is_mark(stretch):
            return _rect("tl-r", x, f"{MARK:g}", y, THIN.solid)
        height = THIN.solid if lane.kind == "task" else max(1.0, THIN.solid * stretch.share)
        return _rect("tl-r", x, width, y + THIN.solid - height, height)


def _closed(stretches: list[Stretch], scale: Scale) -> Iterator[tuple[Stretch, float]]:
    """Yield each stretch with the moment up to which to draw it: gaps too small to see are closed."""
    for stretch, following in zip(stretches, [*stretches[1:], None], strict=True):
        until = stretch.end
        if stretch.state == "suspended" and following and scale.px(following.start - until) < MARK:
            until = max(until, following.start)
        yield stretch, until


def _rect(
    kind: str, x: str, width: str, y: float, height: float, title: str = "", move: str = ""
) -> str:
    open_ = f'<rect class="{kind}" x="{x}%" y="{y:g}" width="{width}" height="{height:.3g}"{move}'
    return f"{open_}>{title}</rect>" if title else f"{open_}/>"


def _hooks(lane: _Lane) -> str:
    start, end = _number(lane.row.lane.created), _number(lane.end)
    return f'data-lane="{lane.row.lane.id}" data-start="{start}" data-end="{end}"'


def _room(note: str, end: float) -> float:
    """Return how much room (em) an outcome's words need right of the axis."""
    return min(13.0, 0.6 * words.width(note) + 2.0 - (1 - end) * 40) if note else 0.0


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _key_of(stretch: Stretch, lane: Lane) -> str:
    return "share" if lane.kind != "task" else stretch.state


_KEY = (("running", "running"), ("suspended", "suspended"), ("ready", "ready"), ("share", "share"))
_SWATCHES = {
    "running": '<svg width="18" height="12"><rect class="tl-r" x="7" width="4" height="12"/></svg>',
    "suspended": '<svg width="18" height="12"><path class="tl-k" d="M1 10l6-8M6 10l6-8M11 10l6-8"/>'
    '<rect class="tl-k" x=".5" y="1.5" width="17" height="9" rx="2"/></svg>',
    "ready": '<svg width="18" height="12"><line class="tl-w" x1="2" x2="17" y1="6" y2="6"/></svg>',
    "share": '<svg width="18" height="12"><rect class="tl-k" x=".5" y=".5" width="17" height="11" rx="2"/>'
    '<rect class="tl-r" x=".5" y="6" width="17" height="5.5"/></svg>',
}
_SIGNS = {
    "done": '<circle cx="9" cy="8" r="3.5"/>',
    "error": '<path d="M5.5 4.5l7 7m0-7l-7 7"/>',
    "cancelled": '<circle cx="9" cy="8" r="4"/><path d="M6.2 10.8l5.6-5.6"/>',
    "unfinished": '<path d="M4.5 8h8m-3.5-3.5l3.5 3.5l-3.5 3.5"/>',
}
