"""A run in the Chrome Trace Event format, which Perfetto and chrome://tracing open.

Lanes are threads of the trace, each with a track of its own; child processes are processes of it.
Times are microseconds. Standard library only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from stopwatch.model import Lane, Run
from stopwatch.timeline.rows import Row, rows
from stopwatch.timeline.states import Activity, Stretch, names_of

Event = dict[str, Any]
_PROGRAM = 1  # the one process of the trace that isn't a child process


def chrome_name(snippet: str) -> str:
    """Return the file name of a program's trace below ``traces/``."""
    return f"{snippet.removesuffix('.py')}.json"


def to_chrome_trace(run: Run) -> str:
    """Return a run as a trace: lanes as threads, their states as slices, lines as instants."""
    shown = rows(run)
    processes = {row.lane.id: number for number, row in enumerate(_processes(shown), _PROGRAM + 1)}
    events = [_named("process_name", _PROGRAM, 0, run.snippet)]
    activity = Activity(run)
    names = {lane.id: lane for lane in run.lanes}
    for position, row in enumerate(shown):
        lane = row.lane
        pid = processes.get(lane.id, _PROGRAM)
        if pid != _PROGRAM:
            events.append(_named("process_name", pid, 0, lane.name))
        events.append(_named("thread_name", pid, lane.id, lane.name))
        order = {"sort_index": position}
        events.append(_meta("thread_sort_index", pid, lane.id, order))
        events += [_slice(stretch, pid, lane, names) for stretch in activity.of(lane)]
        events.append(_instant(_outcome(lane), activity.end(lane), pid, lane.id))
    tracks = {row.lane.id for row in shown}
    events += _lines(run, tracks, processes)
    trace = {
        "traceEvents": events,
        "displayTimeUnit": "ms",
        "otherData": {"program": run.snippet, "python": run.python, "left out": run.left_out},
    }
    return json.dumps(trace, ensure_ascii=False, separators=(",", ":"))


def _processes(shown: list[Row]) -> Iterator[Row]:
    return (row for row in shown if row.lane.kind == "process")


def _meta(kind: str, pid: int, tid: int, arguments: dict[str, Any]) -> Event:
    return {"name": kind, "ph": "M", "pid": pid, "tid": tid, "ts": 0, "args": arguments}


def _named(kind: str, pid: int, tid: int, name: str) -> Event:
    return _meta(kind, pid, tid, {"name": name})


def _slice(stretch: Stretch, pid: int, lane: Lane, lanes: dict[int, Lane]) -> Event:
    """Return a state from its start to its end; one that is suspended is named by its reason."""
    name: str = stretch.state
    arguments: dict[str, Any] = {}
    if stretch.state == "suspended":
        name = f"waits: {stretch.waits_on}"
        arguments["for"] = ", ".join(names_of(stretch, lanes))
    elif lane.kind != "task":
        arguments["cpu"] = round(stretch.share, 3)
    if stretch.line is not None:
        arguments["line"] = stretch.line
    return {
        "name": name,
        "cat": stretch.state,
        "ph": "X",
        "ts": _us(stretch.start),
        "dur": _us(stretch.end) - _us(stretch.start),
        "pid": pid,
        "tid": lane.id,
        "args": {key: value for key, value in arguments.items() if value != ""},
    }


def _outcome(lane: Lane) -> str:
    return f"error: {lane.error}" if lane.outcome == "error" else lane.outcome


def _instant(name: str, at: float, pid: int, tid: int, **arguments: Any) -> Event:
    """Return a moment in one thread."""
    ts = _us(at)
    return {
        "name": name,
        "cat": "output" if arguments else "outcome",
        "ph": "i",
        "s": "t",
        "ts": ts,
        "pid": pid,
        "tid": tid,
        "args": arguments,
    }


def _lines(run: Run, tracks: set[int], processes: dict[int, int]) -> Iterator[Event]:
    for line in run.output:
        tid = line.lane if line.lane in tracks else 0
        assert tid is not None
        pid = processes.get(tid, _PROGRAM)
        yield _instant(line.text, line.t, pid, tid, stream=line.stream, task=line.task)


def _us(ms: float) -> int:
    return round(max(0.0, ms) * 1000)
