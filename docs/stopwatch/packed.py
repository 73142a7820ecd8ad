"""A run as small as a page wants it: what the replay (docs/theme/js/replay.js) needs, as JSON.

Times are whole microseconds, those of segments and lines counted from the one before. The lines'
texts are left out: they stand in the log beside it. Standard library only, as the browser packs the
runs of edited programs with this file too.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from stopwatch.model import Run, Segment
from stopwatch.timeline import colours
from stopwatch.timeline.rows import rows
from stopwatch.timeline.words import error_of, waits_word

LIMIT = 40_000  # bytes of one packed run in a page of the site
_KINDS = ("task", "thread", "process")
_OUTCOMES = ("done", "error", "cancelled", "unfinished")


def embed_run(run: Run, source: str = "", *, language: str = "en", limit: int = LIMIT) -> str:
    """Return the script element that carries a run; the browser executes nothing in it."""
    text = pack(run, source, language=language, limit=limit).replace("<", "\\u003c")
    return (
        f'<script type="application/json" class="sw-run" data-snippet="{escape(run.snippet)}">'
        f"{text}</script>"
    )


def pack(run: Run, source: str = "", *, language: str = "en", limit: int = LIMIT) -> str:
    """Return a run as JSON of at most ``limit`` bytes; ``thinned`` says how many segments it cost.

    The program's ``source`` tells at which line the function of each lane begins.
    The shortest segments go first, never a lane's first or last one: what remains is still true,
    only with fewer steps. Without any segment to give up, the text may be longer.
    """
    shown = {row.lane.id for row in rows(run)}
    lanes = _pack_lanes(run, shown, dict(_entries(source)))
    ids = {lane.id for lane in run.lanes}
    segments = [segment for segment in run.segments if segment.lane in ids]
    kept = segments
    while True:
        text = _json(run, lanes, kept, language, thinned=len(segments) - len(kept))
        excess = len(text.encode()) / limit
        if excess <= 1:
            return text
        fewer = _thin(kept, int(len(kept) / excess * 0.95))
        if len(fewer) == len(kept):
            return text
        kept = fewer


def _entries(source: str) -> Iterator[tuple[str, int]]:
    """Yield the functions of a program by their qualified names, each with its first line."""
    try:
        waiting: list[tuple[str, ast.AST]] = [("", ast.parse(source))]
    except (SyntaxError, ValueError):
        return  # It may be written for a newer Python than this one.
    while waiting:
        prefix, parent = waiting.pop()
        for node in ast.iter_child_nodes(parent):
            inside = prefix
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield prefix + node.name, node.lineno
                inside = f"{prefix}{node.name}.<locals>."
            elif isinstance(node, ast.ClassDef):
                inside = f"{prefix}{node.name}."
            waiting.append((inside, node))


def _thin(segments: Sequence[Segment], most: int) -> list[Segment]:
    """Return the longest segments, and the first and last of each lane, in order."""
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for position, segment in enumerate(segments):
        first.setdefault(segment.lane, position)
        last[segment.lane] = position
    edges = {*first.values(), *last.values()}
    longest = sorted(
        set(range(len(segments))) - edges,
        key=lambda position: segments[position].start - segments[position].end,
    )
    kept = edges | set(longest[: max(0, most - len(edges))])
    return [segments[position] for position in sorted(kept)]


def _json(
    run: Run, lanes: list[list[Any]], segments: Sequence[Segment], language: str, *, thinned: int
) -> str:
    reasons = sorted({segment.waits_on for segment in segments if segment.waits_on})
    packed: dict[str, Any] = {
        "snippet": run.snippet,
        "total": _us(run.total),
        "thinned": thinned,
        "waits": [[reason, waits_word(reason, language)] for reason in reasons],
        "lanes": lanes,
        "segments": _pack_segments(segments, reasons),
        "output": _pack_output(run),
    }
    return json.dumps(packed, ensure_ascii=False, separators=(",", ":"))


def _us(ms: float) -> int:
    return round(ms * 1000)


def _pack_lanes(run: Run, shown: set[int], entries: dict[str, int]) -> list[list[Any]]:
    """Return lanes as [id, name, kind, parent, created, ended, outcome, error, colour, entry].

    The colour is "" for a lane that no view shows, the entry 0 if its function isn't known.
    """
    shades = colours(run)
    return [
        [
            lane.id,
            lane.name,
            _KINDS.index(lane.kind),
            lane.parent or 0,
            _us(lane.created),
            -1 if lane.ended is None else _us(lane.ended),
            _OUTCOMES.index(lane.outcome),
            error_of(lane) if lane.outcome == "error" else "",
            shades[lane.id] if lane.id in shown else "",
            entries.get(lane.runs or "", 0) if lane.own else 0,
        ]
        for lane in run.lanes
    ]


def _pack_segments(segments: Sequence[Segment], reasons: Sequence[str]) -> list[list[int]]:
    """Return segments as [lane, start, length, queued, late, line, reason, *lanes waited for].

    ``start`` counts from the start before, ``queued`` and ``late`` back from this one: since when
    it was ready, and when its timer was due (-1: it had none); a thread's or process's has its CPU
    time instead of ``late``. ``line`` and ``reason`` are 0 for
    none; reasons count from 1. Zeros at the end are left out.
    """
    packed, before = [], 0
    for segment in sorted(segments, key=lambda segment: segment.start):
        start = _us(segment.start)
        row = [
            segment.lane,
            start - before,
            _us(segment.end) - start,
            start - _us(segment.ready),
            _late(segment) if segment.cpu is None else _us(segment.cpu),
            segment.line or 0,
            reasons.index(segment.waits_on) + 1 if segment.waits_on else 0,
            *segment.waits_for,
        ]
        while row[-1] == 0:
            row.pop()
        packed.append(row)
        before = start
    return packed


def _late(segment: Segment) -> int:
    return -1 if segment.due is None else _us(segment.start) - _us(segment.due)


def _pack_output(run: Run) -> list[list[int]]:
    """Return lines as [time since the one before, lane, line of the program]; 0 for none."""
    packed, before = [], 0
    for line in run.output:
        at = _us(line.t)
        packed.append([at - before, line.lane or 0, line.line or 0])
        before = at
    return packed
