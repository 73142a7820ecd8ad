"""Fit thousands of stretches into a few hundred pixels without telling a lie."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from stopwatch.timeline.states import Stretch

MARK = 3.0  # no stretch on the loop is drawn thinner (px)
_SMALL = 6.0  # up to here (px) a stretch is a mark, whatever its share
_FULL = 0.85  # a share from here on is drawn as whole
_FARTHEST = 15.0  # px that a mark may be set aside
_SHORTEST_WAIT = 1.0  # ms that a ready task must wait before it is worth a mark of its own


@dataclass(frozen=True, slots=True)
class Scale:
    """How ``span`` ms map to a nominal width (px); gaps narrower than ``gap`` (px) are merged."""

    span: float
    width: float = 640.0
    gap: float = 2.0

    def px(self, ms: float) -> float:
        """Return a duration's width (px)."""
        return ms / self.span * self.width

    def is_mark(self, stretch: Stretch) -> bool:
        """Tell a stretch too short to show its length."""
        return self.px(stretch.length) < MARK

    def is_partial(self, stretch: Stretch) -> bool:
        """Tell a merged stretch whose solid part must show its share."""
        return self.px(stretch.length) > _SMALL and stretch.share < _FULL


def fit(stretches: Iterable[Stretch], scale: Scale, *, task: bool = True) -> list[Stretch]:
    """Merge what can't be told apart at this scale.

    A task's runs closer than the gap become one whose ``share`` says how much of it was running.
    Waits inside such a stretch, and ready ones too short to see, are left out.
    """
    merged: list[Stretch] = []
    others: list[Stretch] = []
    joins = _tasks_join if task else _threads_join
    for stretch in stretches:
        if stretch.state != "running":
            others.append(stretch)
        elif merged and joins(merged[-1], stretch, scale):
            merged[-1] = join(merged[-1], stretch)
        else:
            merged.append(stretch)
    visible = [stretch for stretch in others if _is_visible(stretch, scale)]
    outside = _outside(visible, merged)
    return sorted(merged + outside, key=lambda stretch: stretch.start)


def join(first: Stretch, second: Stretch) -> Stretch:
    """Return one stretch for two of the same state, the second after the first."""
    end = max(first.end, second.end)
    length = max(end - first.start, 1e-6)
    return replace(
        second,
        start=first.start,
        end=end,
        share=min(1.0, (first.busy + second.busy) / length),
        count=first.count + second.count,
    )


def _tasks_join(first: Stretch, second: Stretch, scale: Scale) -> bool:
    # Of a merged stretch the last part is taken for a mark, unless it is nearly whole.
    reach = scale.px(first.end)
    if first.share < _FULL or scale.is_mark(first):
        reach += max(0.0, MARK - scale.px(first.length / first.count))
    if scale.px(second.start) - reach >= scale.gap:
        return False
    long_first = scale.px(first.length) >= _SMALL and first.share >= _FULL
    long_second = scale.px(second.length) >= _SMALL and scale.px(first.length) > _SMALL
    return not (long_first or long_second) or join(first, second).share >= _FULL


def _threads_join(first: Stretch, second: Stretch, scale: Scale) -> bool:
    if scale.px(second.start - first.end) >= scale.gap:
        return False
    if min(scale.px(first.length), scale.px(second.length)) < max(MARK, 2 * scale.gap):
        return True
    # Printing cuts a stretch in two and knows its line; else one item of work ended here.
    return first.line is not None and abs(first.share - second.share) < 0.15


def _is_visible(stretch: Stretch, scale: Scale) -> bool:
    if stretch.state == "ready":
        return stretch.length >= _SHORTEST_WAIT and scale.px(stretch.length) >= MARK
    return scale.px(stretch.length) >= 1.0


def _outside(stretches: list[Stretch], merged: list[Stretch]) -> list[Stretch]:
    """Return the stretches that don't lie inside a merged one; both lists are in order."""
    kept: list[Stretch] = []
    position = 0
    for stretch in stretches:
        while position < len(merged) and merged[position].end <= stretch.start:
            position += 1
        if position == len(merged) or merged[position].start >= stretch.end:
            kept.append(stretch)
    return kept


def spread(
    marks: Iterable[tuple[int, float]], scale: Scale, total: float
) -> dict[int, dict[float, float]]:
    """Set marks that would cover each other side by side, in their order.

    Marks are (lane, start); returned is by how many px to shift each, by lane and start. Stretches
    on one loop never overlap, and a picture in which they seem to would be wrong. The shift is
    small (15 px at most), and keeps marks between the start and the end of the run.
    """
    shifts: dict[int, dict[float, float]] = {}
    cluster: list[tuple[int, float]] = []
    for mark in sorted(marks, key=lambda mark: mark[1]):
        if cluster and scale.px(mark[1] - cluster[0][1]) >= MARK:
            _spread_cluster(cluster, total, shifts)
            cluster = []
        cluster.append(mark)
    _spread_cluster(cluster, total, shifts)
    return shifts


def _spread_cluster(
    cluster: list[tuple[int, float]], total: float, shifts: dict[int, dict[float, float]]
) -> None:
    last = len(cluster) - 1
    step = min(MARK, _FARTHEST / max(1, last))
    for position, (lane, start) in enumerate(cluster):
        # From nothing at the start of the run to the whole width of the cluster at its end.
        part = min(1.0, cluster[0][1] / total) if total else 0.0
        shifts.setdefault(lane, {})[start] = (position - last * part) * step - MARK * part
