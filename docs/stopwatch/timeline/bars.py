"""The drawing of one lane: its bars, and the words in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from itertools import pairwise

from stopwatch.model import Lane, Run
from stopwatch.timeline.pixels import MARK, Scale
from stopwatch.timeline.rows import Row
from stopwatch.timeline.shapes import NORMAL, SIGNS, THIN, Shape, group, hooks, line, number, rect
from stopwatch.timeline.states import Stretch
from stopwatch.timeline.tips import IDLE, label_of, tip_of
from stopwatch.timeline.words import name_of, note_of, width

_LETTER, _WIDEST = 6.0, 1.4  # px; how much wider than nominal a bar may be on a large screen
_NAME_EVERY = 4  # thin lanes have room for one name in so many
_THIN = {"suspended": "tl-th", "ready": "tl-tw", "running": "tl-tr"}


@dataclass(frozen=True, slots=True)
class Drawn:
    """One lane, ready to be drawn: where it ends, and its stretches fitted to the scale."""

    row: Row
    end: float
    stretches: Sequence[Stretch]
    shape: Shape
    # By how much (px) each mark was set aside, by its start.
    shifts: Mapping[float, float] = field(default_factory=dict)


class Pen:
    """Draws the lanes of a run, and remembers which colours and states it used."""

    def __init__(self, run: Run, scale: Scale, *, identity: str, language: str, tips: bool) -> None:
        self._total, self._scale = run.total, scale
        self._lanes = {lane.id: lane for lane in run.lanes}
        self._identity, self._language, self._tips = identity, language, tips
        self.colours: set[str] = set()
        self.states: set[str] = set()

    # One lane

    def lane(self, drawn: Drawn) -> str:
        """Return a lane with its name on the left and its outcome at its end."""
        row, shape = drawn.row, drawn.shape
        self.colours.add(row.colour)
        bars, labels, aside = self._bars(drawn)
        note = note_of(row.lane, self._language)
        if note:
            note = f'<span class="tl-note tl-{row.lane.outcome}">{escape(note)}</span>'
        out = (
            f'<span class="tl-out" style="left:{self._aside(drawn.end, aside)}">{note}</span>'
            if note
            else ""
        )
        return (
            f'<div class="tl-lane tl-{shape.name} {row.colour}" {hooks(row.lane, drawn.end)}>'
            f'<span class="tl-name" title="{escape(row.lane.name)}">'
            f"<b>{escape(name_of(row))}</b>{note}</span>"
            f'<span class="tl-track"><svg width="100%" height="{shape.row}" aria-hidden="true" '
            f'fill="url(#{self._identity}-{row.colour})">{bars}</svg>{labels}{out}</span></div>'
        )

    def _bars(self, drawn: Drawn) -> tuple[str, str, float]:
        """Return a lane's bars as SVG, the words in them as HTML, how far (px) its end was moved.

        Marks may be set aside over the ground of what follows, so they are drawn last.
        """
        lane, shape = drawn.row.lane, drawn.shape
        ground, marks, labels = list[str](), list[str](), list[str]()
        if lane.kind != "task":
            reach = (self._pct(lane.created), self._pct(drawn.end))
            ground.append(line("tl-life", reach, (shape.middle, shape.middle)))
        aside = 0.0
        for stretch, following in pairwise([*drawn.stretches, None]):
            assert stretch is not None
            shift = drawn.shifts.get(stretch.start, 0.0)
            closed = replace(stretch, end=self._until(stretch, following))
            if stretch.state == "running":
                aside = shift
            tip = tip_of(
                lane, stretch, self._lanes, self._language, total=self._total
            ) if self._tips else ""  # fmt: skip
            label = self._label(lane, closed, tip, aside) if shape is NORMAL else ""
            if label:
                labels.append(label)
                tip = ""
            if stretch.state == "running":
                marks.append(self._on_loop(lane, closed, shape, shift, tip, cut=bool(marks)))
            else:
                after = drawn.shifts.get(following.start, 0.0) if following else 0.0
                ground.append(self._off_loop(closed, shape, (aside, after), tip))
                aside = 0.0
        aside = max(0.0, aside)
        marks.append(self._sign(lane, drawn.end, shape, aside))
        return "".join(ground + marks), "".join(labels), aside

    def _until(self, stretch: Stretch, following: Stretch | None) -> float:
        """Return until when to draw a stretch: holes too small to see are closed."""
        if stretch.state != "suspended" or following is None:
            return stretch.end
        hole = self._scale.px(following.start - stretch.end)
        return max(stretch.end, following.start) if hole < MARK else stretch.end

    def _pct(self, ms: float) -> str:
        return f"{number(100 * ms / self._scale.span)}%"

    def _aside(self, ms: float, aside: float) -> str:
        place = self._pct(ms)
        return f"calc({place} + {number(aside)}px)" if aside >= 1 else place

    # Bars

    def _off_loop(
        self, stretch: Stretch, shape: Shape, shifts: tuple[float, float], tip: str
    ) -> str:
        """Draw a stretch off the loop, between two marks that may have been set aside."""
        self.states.add(stretch.state)
        x, length = self._pct(stretch.start), self._pct(stretch.length)
        y, height = shape.middle - shape.hatched / 2, shape.hatched
        if stretch.state == "ready":
            ground = rect("tl-q", x, length, y, height)
            dots = line("tl-w", (x, self._pct(stretch.end)), (shape.middle, shape.middle))
            return group(ground + dots, tip)
        bar = rect("tl-h", x, length, y, height)
        left, right = round(shifts[0]), round(shifts[1])
        if left or right:
            # The attributes stay, for a reader of SVG that knows no calc().
            place = f"x:calc({x} + {left}px);width:calc({length} + {right - left}px)"
            bar = bar.replace("/>", f' style="{place}"/>')
        return group(bar, tip)

    def _on_loop(
        self, lane: Lane, stretch: Stretch, shape: Shape, shift: float, tip: str, *, cut: bool
    ) -> str:
        """Draw a stretch on the loop, or of a thread at work; never thinner than a mark."""
        self.states.add(self._key(lane, stretch))
        x, length = self._pct(stretch.start), self._pct(stretch.length)
        if lane.kind != "task" or self._scale.is_partial(stretch):
            return group(self._partial(lane, stretch, shape, cut=cut), tip)
        mark = rect("tl-r", x, number(MARK), shape.top, shape.solid)
        if self._scale.is_mark(stretch):
            move = f' transform="translate({number(shift)})"' if abs(shift) >= 0.5 else ""
            return group(mark, tip, move)
        bar = rect("tl-r", x, length, shape.top, shape.solid)
        # On a narrow screen a short bar may become thinner than a mark: then the mark is seen.
        return group(mark + bar if self._scale.px(stretch.length) < 3 * MARK else bar, tip)

    def _partial(self, lane: Lane, stretch: Stretch, shape: Shape, *, cut: bool) -> str:
        """Draw a stretch solid only as high as its share, over hatched ground.

        A cut parts an item of a thread's work from the one before. Many short steps of a task are
        seen even if their share isn't.
        """
        x, length = self._pct(stretch.start), self._pct(stretch.length)
        share = 1.0 if stretch.share >= 0.97 else stretch.share
        height = max(shape.solid * share, 2.0 if lane.kind == "task" else 0.0)
        bottom = shape.top + shape.solid
        solid = rect("tl-r", x, length, bottom - height, height) if height >= 0.5 else ""
        parted = line("tl-cut", (x, x), (shape.top, bottom)) if cut and lane.kind != "task" else ""
        return rect("tl-h", x, length, shape.top, shape.solid) + solid + parted

    def _sign(self, lane: Lane, end: float, shape: Shape, aside: float) -> str:
        move = f' transform="translate({number(aside)})"' if aside >= 1 else ""
        return (
            f'<svg class="tl-sign tl-{lane.outcome}" x="{self._pct(end)}" '
            f'y="{number(shape.middle - 8)}" width="16" height="16">'
            f"{group(SIGNS[lane.outcome], '', move)}</svg>"
        )

    def _label(self, lane: Lane, stretch: Stretch, tip: str, aside: float) -> str:
        """Write words into a bar, ``aside`` px further right, where the mark before it was set.

        The style sheet hides them where they don't fit; where they never will, there are none.
        """
        solid = stretch.state == "running" and stretch.share > IDLE
        if solid and lane.kind == "task":
            return ""  # A bar that is solid says it all; words would cut it in two.
        text = label_of(lane, stretch, self._lanes, self._language)
        room = self._scale.px(stretch.length) * _WIDEST
        if not text or room < _LETTER * width(text) + 8:
            return ""
        title = f' title="{escape(tip)}"' if tip else ""
        left = self._aside(stretch.start, aside)
        return (
            f'<span class="tl-word{" tl-in" if solid else ""}" '
            f'style="left:{left};width:{self._pct(stretch.length)}"{title}><i>{escape(text)}</i></span>'
        )

    def _key(self, lane: Lane, stretch: Stretch) -> str:
        if lane.kind != "task":
            return "share" if stretch.share > IDLE else "waits"
        partial = stretch.state == "running" and self._scale.is_partial(stretch)
        return "density" if partial else stretch.state

    # Very many lanes

    def block(self, lanes: Sequence[Drawn]) -> str:
        """Return lanes as one block of thin lines, with a name wherever there is room.

        Its x runs from 0 to 10,000; strokes keep their width however that is stretched.
        """
        marks, names = list[str](), list[str]()
        for position, drawn in enumerate(lanes):
            top, colour = position * THIN.row, drawn.row.colour
            if position % _NAME_EVERY == 0:
                name = escape(name_of(drawn.row))
                names.append(f'<span class="{colour}" style="top:{top}px">{name}</span>')
            paths = self._paths(drawn, top + THIN.row // 2)
            marks.append(f'<g class="{colour}" {hooks(drawn.row.lane, drawn.end)}>{paths}</g>')
        height = len(lanes) * THIN.row
        size = f'height="{height}" style="height:{height}px" viewBox="0 0 10000 {height}"'
        return (
            f'<div class="tl-block"><div class="tl-names">{"".join(names)}</div>'
            f'<svg width="100%" {size} preserveAspectRatio="none" aria-hidden="true">'
            f"{''.join(marks)}</svg></div>"
        )

    def _paths(self, drawn: Drawn, y: int) -> str:
        paths: dict[str, str] = {}
        for stretch in drawn.stretches:
            self.states.add(self._key(drawn.row.lane, stretch))
            x, length = (
                round(1e4 * ms / self._scale.span) for ms in (stretch.start, stretch.length)
            )
            kind, path = _THIN[stretch.state], f"M{x} {y}h{length}"
            if stretch.state == "running" and self._scale.is_mark(stretch):
                kind, path = "tl-tm", f"M{x} {y - 2}v4"
            elif stretch.state == "running" and stretch.share < 0.5:
                kind = "tl-ts"
            paths[kind] = paths.get(kind, "") + path
        return "".join(f'<path class="{kind}" d="{path}"/>' for kind, path in sorted(paths.items()))
