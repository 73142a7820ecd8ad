"""What a recorded run is: frozen dataclasses, to and from JSON.

All times are milliseconds, as floats, counted from the moment the program's imports were done.
Standard library only: the browser imports this file too.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import Any, Literal

Kind = Literal["task", "thread", "process"]
Outcome = Literal["done", "error", "cancelled", "unfinished"]
Stream = Literal["stdout", "stderr"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of output: when it was written (ms), where to, and by whom.

    ``task`` is the name of the task that wrote it, else the thread's; ``lane`` is the id of that
    task's or thread's lane, ``line`` the program's line that was executing. Text that went straight
    to a file descriptor has neither.
    """

    t: float
    stream: Stream
    task: str
    text: str
    lane: int | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """One task, thread or process, from its creation to its end (ms).

    ``ended`` is None when it was still unfinished as the program ended. ``error`` names the
    exception's class when ``outcome`` is "error". ``runs`` names the coroutine function or the
    thread's target. ``own`` is False when that code belongs to a library, not to the program.
    """

    id: int
    name: str
    kind: Kind
    parent: int | None
    created: float
    ended: float | None
    outcome: Outcome
    error: str | None = None
    runs: str | None = None
    own: bool = True


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch in which a lane held its loop, or its thread was at work (ms).

    Before it, the lane was suspended until ``due`` (else until ``ready``), and from then to
    ``start`` it was ready but kept waiting. ``due`` is when its timer should have fired, None for
    anything but a timer; ``ready`` is when it was put into the loop's ready queue. ``cpu`` is the
    CPU time (ms) that a thread or process used in this stretch, None for tasks. ``line`` is the
    program's line at the end of the stretch, ``waits_on`` what it then waits for ("sleep", "task",
    "gather", "lock", "I/O", …; None: nothing, it is ready again or has ended), ``waits_for`` the
    ids of the lanes it waits for.
    """

    lane: int
    due: float | None
    ready: float
    start: float
    end: float
    cpu: float | None = None
    line: int | None = None
    waits_on: str | None = None
    waits_for: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """One recorded run of one program.

    ``snippet`` is the path shown to readers, relative to ``snippets/``. ``imports`` is how long its
    imports took (ms), ``total`` from then to its end (ms), ``cpu`` the CPU time of all its
    processes (ms). ``exit`` is the exit status, ``error`` one sentence when the runner had to step
    in (a time limit, a flood of output), else None. ``left_out`` counts the segments, lanes and
    lines past the limits. ``delayed`` is for how long (ms) its main thread had to wait for a
    processor: how much the machine disturbed it; ``delays`` says the same of its first lines, as
    pairs: when one was written, and for how long the thread had waited by then. ``recorded`` is the
    day (UTC, "2026-11-21") and ``machine`` the class of machine it was made on; both are "" for a
    run that was never kept.
    """

    snippet: str
    python: str
    imports: float
    total: float
    exit: int
    error: str | None
    output: tuple[Line, ...] = ()
    lanes: tuple[Lane, ...] = ()
    segments: tuple[Segment, ...] = ()
    left_out: int = 0
    cpu: float = 0.0
    delayed: float = 0.0
    recorded: str = ""
    machine: str = ""
    delays: tuple[tuple[float, float], ...] = ()

    @property
    def stdout(self) -> str:
        """Everything written to stdout, as lines joined by newlines."""
        return "\n".join(line.text for line in self.output if line.stream == "stdout")

    @property
    def stderr(self) -> str:
        """Everything written to stderr, as lines joined by newlines."""
        return "\n".join(line.text for line in self.output if line.stream == "stderr")

    def lane(self, name: str) -> Lane:
        """Return the first lane of that name. Raises KeyError naming the lanes there are."""
        for lane in self.lanes:
            if lane.name == name:
                return lane
        names = ", ".join(lane.name for lane in self.lanes) or "none"
        raise KeyError(f"{self.snippet} has no lane {name!r}; its lanes: {names}")

    def segments_of(self, name: str) -> tuple[Segment, ...]:
        """Return the segments of the lane of that name, in order."""
        lane = self.lane(name).id
        return tuple(segment for segment in self.segments if segment.lane == lane)

    def line_at(self, text: str) -> Line:
        """Return the first line of output that contains the text. Raises KeyError if none does."""
        for line in self.output:
            if text in line.text:
                return line
        raise KeyError(f"{self.snippet} printed no line with {text!r}")

    def to_json(self) -> str:
        """Return the run as one line of JSON."""
        return json.dumps(self, default=_fields, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Run:
        """Read what ``to_json`` wrote. Raises ValueError when the text is no recorded run."""
        try:
            data = json.loads(text)
            data["output"] = tuple(Line(**line) for line in data["output"])
            data["lanes"] = tuple(Lane(**lane) for lane in data["lanes"])
            data["segments"] = tuple(
                Segment(**{**segment, "waits_for": tuple(segment["waits_for"])})
                for segment in data["segments"]
            )
            data["delays"] = tuple((t, delayed) for t, delayed in data["delays"])
            return cls(**_known(data))
        except (KeyError, TypeError) as error:
            raise ValueError(f"not a recorded run: {error!r}") from error


def _fields(part: Any) -> dict[str, Any]:
    return {name: getattr(part, name) for name in type(part).__slots__}


def _known(data: dict[str, Any]) -> dict[str, Any]:
    names = {field.name for field in fields(Run)}
    return {key: value for key, value in data.items() if key in names}
