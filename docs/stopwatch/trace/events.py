"""Read a recording back: event lines in, a Run out."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from stopwatch.model import Lane, Line, Run, Segment

RawLine = tuple[float, str, bytes]


@dataclass
class Recording:
    """The events of one run, sorted into their kinds. Times are still perf_counter seconds."""

    start: float | None = None
    imports: float = 0.0
    python: str = ""
    exit: float | None = None
    cpu_before: float = 0.0
    cpu: float = 0.0
    delayed_before: float = 0.0
    delayed: float = 0.0
    delays: list[list[float]] = field(default_factory=list)
    flood: bool = False
    undecodable: tuple[str, str] | None = None
    left_out: int = 0
    lanes: dict[str, dict[str, Any]] = field(default_factory=dict)
    segments: list[list[Any]] = field(default_factory=list)
    lines: list[list[Any]] = field(default_factory=list)
    begun: dict[tuple[str, str], list[Any]] = field(default_factory=dict)


def read_events(lines: Iterable[str]) -> Recording:
    """Sort event lines. A last line that was cut off by a kill is passed over."""
    recording = Recording()
    for line in lines:
        try:
            kind, *values = json.loads(line)
        except ValueError:
            continue
        _READ[kind](recording, values)
    return recording


def _start(recording: Recording, values: list[Any]) -> None:
    recording.start, recording.imports, recording.python = values[:3]
    recording.cpu_before, recording.delayed_before = values[3:]


def _lane(recording: Recording, values: list[Any]) -> None:
    key, name, kind, parent, created, runs, own = values
    recording.lanes[key] = {
        "name": name, "kind": kind, "parent": parent, "created": created,
        "ended": None, "outcome": "unfinished", "error": None, "runs": runs, "own": own,
    }  # fmt: skip


def _end(recording: Recording, values: list[Any]) -> None:
    key, ended, outcome, error = values
    if key in recording.lanes:
        recording.lanes[key].update(ended=ended, outcome=outcome, error=error)


def _update(name: str) -> Any:
    def update(recording: Recording, values: list[Any]) -> None:
        if values[0] in recording.lanes:
            recording.lanes[values[0]][name] = values[1]

    return update


def _begun(recording: Recording, values: list[Any]) -> None:
    process, *line = values
    before = recording.begun.setdefault((process, line[1]), line)
    if before is not line:
        before[-1] += line[-1]


def _ended(recording: Recording, values: list[Any]) -> None:
    recording.begun.pop((values[0], values[1]), None)


def _exit(recording: Recording, values: list[Any]) -> None:
    recording.exit, cpu, delayed = values
    recording.cpu = cpu - recording.cpu_before
    recording.delayed = delayed - recording.delayed_before


def _flood(recording: Recording, _values: list[Any]) -> None:
    recording.flood = True


def _undecodable(recording: Recording, values: list[Any]) -> None:
    recording.undecodable = recording.undecodable or (values[0], values[1])


def _left(recording: Recording, _values: list[Any]) -> None:
    recording.left_out += 1


_READ = {
    "start": _start,
    "lane": _lane,
    "name": _update("name"),
    "created": _update("created"),
    "own": _update("own"),
    "end": _end,
    "segment": lambda recording, values: recording.segments.append(values),
    "line": lambda recording, values: recording.lines.append(values),
    "begun": _begun,
    "ended": _ended,
    "delay": lambda recording, values: recording.delays.append(values),
    "exit": _exit,
    "flood": _flood,
    "undecodable": _undecodable,
    "left": _left,
}


def to_run(
    recording: Recording,
    *,
    snippet: str,
    python: str,
    status: int,
    error: str | None,
    ended: float,
    direct: Iterable[RawLine] = (),
) -> Run:
    """Turn a recording into a Run.

    ``ended`` is when the process was seen to end, used if it could not say so itself; ``direct``
    are lines that went straight to a file descriptor: (perf_counter seconds, stream, bytes).
    """
    zero = recording.start if recording.start is not None else ended
    end = recording.exit if recording.exit is not None else ended

    def ms(t: float) -> float:
        return round((t - zero) * 1000, 3)

    keys = sorted(recording.lanes, key=lambda key: recording.lanes[key]["created"])
    ids = {key: number for number, key in enumerate(keys, start=1)}
    lanes = [_to_lane(ids, key, recording.lanes[key], ms) for key in keys]
    segments = [_to_segment(ids, values, ms) for values in recording.segments if values[0] in ids]
    output = [_to_line(ids, values, ms) for values in (*recording.lines, *recording.begun.values())]
    output += [
        Line(t=ms(t), stream=stream, task="", text=data.decode("utf-8", "backslashreplace"))  # type: ignore[arg-type]
        for t, stream, data in direct
    ]
    return Run(
        snippet=snippet,
        python=recording.python or python,
        imports=round(recording.imports * 1000, 3),
        total=max(0.0, ms(end)),
        exit=status,
        error=error,
        output=tuple(sorted(output, key=lambda line: line.t)),
        lanes=tuple(_without_idle(lanes, segments, output)),
        segments=tuple(sorted(segments, key=lambda segment: segment.start)),
        left_out=recording.left_out,
        cpu=round(recording.cpu * 1000, 3),
        delayed=round(recording.delayed * 1000, 3),
        delays=tuple(
            (ms(t), round((delayed - recording.delayed_before) * 1000, 3))
            for t, delayed in recording.delays
        ),
    )


def _to_lane(ids: dict[str, int], key: str, lane: dict[str, Any], ms: Any) -> Lane:
    ended = None if lane["ended"] is None else ms(lane["ended"])
    parent = ids.get(lane["parent"])
    lane = {**lane, "parent": parent, "created": ms(lane["created"]), "ended": ended}
    return Lane(id=ids[key], **lane)


def _to_segment(ids: dict[str, int], values: list[Any], ms: Any) -> Segment:
    key, due, ready, start, end, cpu, line, waits_on, waits_for = values
    return Segment(
        lane=ids[key],
        due=None if due is None else ms(due),
        ready=ms(ready),
        start=ms(start),
        end=ms(end),
        cpu=None if cpu is None else round(cpu * 1000, 3),
        line=line,
        waits_on=waits_on,
        waits_for=tuple(ids[k] for k in waits_for if k in ids),
    )


def _to_line(ids: dict[str, int], values: list[Any], ms: Any) -> Line:
    t, stream, who, key, number, text = values
    return Line(t=ms(t), stream=stream, task=who, text=text, lane=ids.get(key), line=number)


def _without_idle(lanes: list[Lane], segments: list[Segment], output: list[Line]) -> list[Lane]:
    """Leave out the main thread of a program whose work is all in its event loop.

    What it does outside the loop, a millisecond at both ends, would be a lane that says nothing.
    """
    main = next((lane for lane in lanes if lane.name == "MainThread" and lane.parent is None), None)
    if main is None or not any(lane.kind == "task" for lane in lanes):
        return lanes
    speaks = any(line.lane == main.id for line in output)
    longest = max((s.end - s.start for s in segments if s.lane == main.id), default=0.0)
    if speaks or longest >= _NOTABLE:
        return lanes
    return [replace(x, parent=None) if x.parent == main.id else x for x in lanes if x is not main]


# A stretch of the main thread outside its loop shorter than this (ms) is start-up or clean-up.
_NOTABLE = 20.0
