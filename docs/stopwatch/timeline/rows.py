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
# Threads with which the standard library serves its own pools and queues.
_SERVANTS = re.compile(r"QueueFeederThread|.*\b(_do_shutdown|_ExecutorManagerThread|_handle_\w+)\b")

_MOMENT = 5.0  # ms


@dataclass(frozen=True, slots=True)
class Row:
    """One lane as it is drawn: its colour's class, how deep it is indented, and its group.

    ``group`` is "thread" or "process" for lanes under such a label, else "".
    """

    lane: Lane
    colour: str
    depth: int
    group: str


def rows(run: Run) -> list[Row]:
    """Return the lanes to show: the loop's tasks under their parents, then threads, then processes."""
    shown = _shown(run)
    shades = colours(run)
    flat = [lane for lane in shown if lane.kind != "task"]
    first = [lane for lane in flat if _is_root(run, lane)]
    ordered = [Row(lane, shades[lane.id], 0, "") for lane in first]
    tasks = [lane for lane in shown if lane.kind == "task"]
    ordered += [Row(lane, shades[lane.id], depth, "") for lane, depth in _tree(tasks)]
    for kind in ("thread", "process"):
        members = [lane for lane in flat if lane.kind == kind and lane not in first]
        ordered += [Row(lane, shades[lane.id], 0, kind) for lane in members]
    return ordered


def colours(run: Run) -> dict[int, str]:
    """Return each lane's CSS class by its id: "c0" … "c7" in order of creation, "main" is grey."""
    shown = {lane.id for lane in _shown(run)}
    shades: dict[int, str] = {}
    count = 0
    for lane in run.lanes:
        if lane.id not in shown or _is_root(run, lane):
            shades[lane.id] = MAIN
        else:
            shades[lane.id] = f"c{count % COLOURS}"
            count += 1
    return shades


def colours_by_name(run: Run) -> dict[str, str]:
    """Return the same classes by the lanes' names; the first lane of a name decides."""
    shades = colours(run)
    names: dict[str, str] = {}
    for lane in run.lanes:
        names.setdefault(lane.name, shades[lane.id])
    return names


def _is_root(run: Run, lane: Lane) -> bool:
    """Tell the main thread, and the task with which the program entered its loop."""
    if lane.kind == "thread":
        return lane.parent is None and lane.name == "MainThread"
    above = next((other for other in run.lanes if other.id == lane.parent), None)
    return lane.kind == "task" and (above is None or (above.parent is None and _is_root(run, above)
                                                      and above.kind == "thread"))  # fmt: skip


def _shown(run: Run) -> list[Lane]:
    """Leave out what a library does for itself, such as asyncio's own shutdown.

    A library's lane is kept when somebody named it, the program's code ran or printed in it, or a
    lane that is shown waits for it.
    """
    touched = {segment.lane for segment in run.segments if segment.line is not None}
    touched |= {line.lane for line in run.output if line.lane is not None}
    waits: dict[int, set[int]] = {}
    for segment in run.segments:
        waits.setdefault(segment.lane, set()).update(segment.waits_for)
    idle = _idle_main_thread(run)
    kept = {lane.id for lane in run.lanes if lane.id in touched or not _is_noise(lane)} - idle
    fresh = set(kept)
    while fresh:
        fresh = set().union(*(waits.get(lane, set()) for lane in fresh)) - kept
        kept |= fresh
    return [lane for lane in run.lanes if lane.id in kept]


def _idle_main_thread(run: Run) -> set[int]:
    """Return the main thread's id if all it did beside the tasks was a moment at both ends."""
    if not any(lane.kind == "task" for lane in run.lanes):
        return set()
    roots = {lane.id for lane in run.lanes if lane.kind == "thread" and _is_root(run, lane)}
    worked = sum(s.end - s.start for s in run.segments if s.lane in roots)
    return roots if worked < max(_MOMENT, run.total / 50) else set()


def _is_noise(lane: Lane) -> bool:
    if lane.own:
        return False
    if lane.kind == "task":
        unnamed = _AUTO_NAME.match(lane.name) or lane.name == (lane.runs or "").rpartition(".")[2]
        return bool(unnamed) and lane.runs != "sleep"
    return lane.kind == "thread" and bool(_SERVANTS.match(f"{lane.name} {lane.runs}"))


def _tree(tasks: list[Lane]) -> Iterator[tuple[Lane, int]]:
    """Yield tasks in order of creation, each followed by its children, with their depth.

    Children of a root are not indented: almost every task is one.
    """
    ids = {lane.id for lane in tasks}
    children: dict[int | None, list[Lane]] = {}
    for lane in tasks:
        children.setdefault(lane.parent if lane.parent in ids else None, []).append(lane)
    stack = [(lane, 0) for lane in reversed(children.get(None, []))]
    while stack:
        lane, depth = stack.pop()
        yield lane, max(0, depth - 1)
        stack += [(child, depth + 1) for child in reversed(children.get(lane.id, []))]
