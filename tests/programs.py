"""Run small programs in tests: a text in, a Run out."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

from stopwatch.model import Lane, Run, Segment
from stopwatch.recording import Launch, record_program


def record_text(folder: Path, source: str, *, timeout: float = 10.0, **launch: object) -> Run:
    """Save a program in a folder, run it as the site would, and return its Run."""
    program = folder / "program.py"
    program.write_text(dedent(source), encoding="utf-8")
    wanted = Launch(program=program, name="program.py", timeout=timeout)
    return asyncio.run(record_program(replace(wanted, **launch)))  # type: ignore[arg-type]


def overlap(first: Segment, second: Segment) -> float:
    """Return for how long (ms) two stretches ran at the same time."""
    return max(0.0, min(first.end, second.end) - max(first.start, second.start))


def lasted(lane: Lane) -> float:
    """Return how long (ms) a lane lived. Raises AssertionError when it did not end."""
    assert lane.ended is not None
    return lane.ended - lane.created


def cpu_share(run: Run, name: str) -> float:
    """Return which part of its busy time a thread or process really had a processor."""
    segments = [s for s in run.segments_of(name) if s.cpu is not None]
    busy = sum(s.end - s.start for s in segments)
    return sum(s.cpu or 0.0 for s in segments) / busy
