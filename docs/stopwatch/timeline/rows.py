"""Which lanes of a run are shown, in which order, and in which colour."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stopwatch.model import Lane, Run

COLOURS = 8
MAIN = "main"

# Names that nobody chose: asyncio's own, and the dotted paths that anyio gives.
_AUTO_NAME = re.compile(r"Task-\d+$|[a-z_]\w*(\.[\w<>]+)+$")
_MOMENT = 5.0  # ms


@dataclass(frozen=True, slots=True)
class Row:
    """One lane as it is drawn: its colour's class, whether it is nested, and its group.

    A nested task is the child of a task that is no root itself. ``group`` is "thread" or "process"
    for lanes under such a label, else "".
    """

    lane: Lane
    colour: str
    nested: bool = False
    group: str = ""


def rows(run: Run) -> list[Row]:
    """Return the lanes to show: main, the other tasks under their parents, threads, processes."""
    shown, shades = _shown(run), colours(run)
    tasks = [lane for lane in shown if lane.kind == "task"]
    others = [lane for lane in shown if lane.kind != "task"]
    ordered = [Row(lane, MAIN) for lane in others if shades[lane.id] == MAIN]
    ordered += [Row(lane, shades[lane.id], nested=depth > 1) for lane, depth in _tree(tasks)]
    for kind in ("thread", "process"):
        members = [lane for lane in others if lane.kind == kind and shades[lane.id] != MAIN]
        ordered += [Row(lane, shades[lane.id], group=kind) for lane in members]
    return ordered


def colours(run: Run) -> dict[int, str]:
    """Return each lane's CSS class by its id: "c0" … "c7" in order of creation, "main" is grey.

    Grey are the main thread, the tasks with which it entered its loop, and what isn't shown.
    """
    shown = {lane.id for lane in _shown(run)} - _roots(run)
    shades = dict.fromkeys((lane.id for lane in run.lanes), MAIN)
    coloured = [lane.id for lane in run.lanes if lane.id in shown]
    shades.update({lane: f"c{number % COLOURS}" for number, lane in enumerate(coloured)})
    return shades


def colours_by_name(run: Run) -> dict[str, str]:
    """Return the same classes by the lanes' names; the first lane of a name decides."""
    shades = colours(run)
    return {lane.name: shades[lane.id] for lane in reversed(run.lanes)}


def _roots(run: Run) -> set[int]:
    """Return the ids of the main thread and of the tasks with which it entered its loop."""
    ids = {lane.id for lane in run.lanes}
    main = {lane.id for lane in run.lanes if lane.name == "MainThread" and lane.parent is None}
    return main | {
        lane.id
        for lane in run.lanes
        if lane.kind == "task" and (lane.parent not in ids or lane.parent in main)
    }


def _shown(run: Run) -> list[Lane]:
    """Leave out what a library does for itself, such as asyncio's own shutdown.

    A library's lane is kept when somebody named it, the program's code ran or printed in it, or a
    lane that is shown waits for it.
    """
    touched: set[int | None] = {
        segment.lane for segment in run.segments if segment.line is not None
    }
    touched |= {line.lane for line in run.output}
    waits: dict[int, set[int]] = {}
    for segment in run.segments:
        waits.setdefault(segment.lane, set()).update(segment.waits_for)
    idle = _idle_main_thread(run)
    kept = {lane.id for lane in run.lanes if lane.id in touched or not _is_noise(lane)} - idle
    fresh = kept
    while fresh:
        fresh = set().union(*(waits.get(lane, ()) for lane in fresh)) - kept
        kept |= fresh
    return [lane for lane in run.lanes if lane.id in kept]


def _idle_main_thread(run: Run) -> set[int]:
    """Return the main thread's id if all it did beside the tasks was a moment at both ends."""
    if not any(lane.kind == "task" for lane in run.lanes):
        return set()
    main = {lane.id for lane in run.lanes if lane.name == "MainThread" and lane.parent is None}
    worked = sum(segment.end - segment.start for segment in run.segments if segment.lane in main)
    return main if worked < max(_MOMENT, run.total / 50) else set()


def _is_noise(lane: Lane) -> bool:
    if lane.own:
        return False
    if lane.kind == "task":
        unnamed = _AUTO_NAME.match(lane.name) or lane.name == (lane.runs or "").rpartition(".")[2]
        return bool(unnamed) and lane.runs != "sleep"
    return lane.kind == "thread"


def _tree(tasks: list[Lane]) -> Iterator[tuple[Lane, int]]:
    """Yield tasks in order of creation, each followed by its children, with their depth."""
    ids = {lane.id for lane in tasks}
    children: dict[int | None, list[Lane]] = {}
    for lane in tasks:
        children.setdefault(lane.parent if lane.parent in ids else None, []).append(lane)
    stack = [(lane, 0) for lane in reversed(children.get(None, []))]
    while stack:
        lane, depth = stack.pop()
        yield lane, depth
        stack += [(child, depth + 1) for child in reversed(children.get(lane.id, []))]
