"""Record one program: start it under the tracer, watch over it, and make a Run of what it left.

The program is a process of its own, in a session and group of its own, so that whatever it starts
can be found and killed with it.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, perf_counter
from typing import IO

from stopwatch.model import Run
from stopwatch.privacy import scrub
from stopwatch.processes import (
    MARK,
    FreshProcess,
    Process,
    Start,
    Warm,
    kill_group,
    memory_of,
    strays,
    under_way,
)
from stopwatch.trace.events import RawLine, Recording, read_events, to_run
from stopwatch.workplace import workplace

# How long (s) what a program started may outlive it: multiprocessing's helpers do, briefly.
_GRACE = 1.0
_MOST_LINES = 5_000  # as many as the tracer keeps
_MOST_MEMORY = 1_000_000_000  # bytes, of the program's main process
_LOOK_EVERY = 0.2  # s
_FLOOD = "printed without end (more than 5,000 lines or 1 MB) and was killed"


@dataclass(frozen=True)
class Launch:
    """How a program is to be run.

    ``name`` is what readers see. In a sandbox it gets a fresh folder, a minimal environment, no
    input and limits on its output; otherwise it runs as if typed into the terminal. ``timeout`` is
    in seconds, None for no limit. ``started`` is told the process id.
    ``warm``, if given, is forked instead of starting a fresh interpreter.
    """

    program: Path
    name: str
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] | None = None
    timeout: float | None = 20.0
    trace: bool = True
    sandbox: bool = True
    interpreter: str = sys.executable
    started: Callable[[int], None] = field(default=lambda _pid: None, compare=False)
    warm: Warm | None = field(default=None, compare=False)


async def record_program(launch: Launch) -> Run:
    """Run a program and return its Run; ``run.error`` says why it was stopped, if it was.

    Raises WarmDied when the warm interpreter ended meanwhile: the run is then to be repeated.
    """
    with workplace() as folder:
        home, events = folder / "work", folder / "events"
        home.mkdir()
        events.touch()
        run = await _Watch(launch, home, events).to_end()
    return scrub(run, launch.program.resolve(), launch.interpreter, home, public=launch.sandbox)


class _Watch:
    """One process, from its start to the certainty that nothing of it is left."""

    def __init__(self, launch: Launch, home: Path, events: Path) -> None:
        self._launch, self._home, self._events = launch, home, events
        self._mark = str(events.parent)
        self._direct: list[RawLine] = []
        self._error: str | None = None
        self._since = 0.0

    async def to_end(self) -> Run:
        self._since = monotonic()
        try:
            process = await self._start()
        except BaseException:  # A fork may be under way all the same.
            self._kill(strays(0, self._mark, self._since))
            raise
        under_way.add(process.pid)
        self._launch.started(process.pid)
        readers = [
            asyncio.create_task(self._read(process, process.stdout, "stdout")),
            asyncio.create_task(self._read(process, process.stderr, "stderr")),
        ]
        guard = asyncio.create_task(self._guard_memory(process.pid))
        try:
            status, cpu = await self._wait(process)
            ended = perf_counter()
            await self._leave_nothing(process.pid)
            await asyncio.wait(readers, timeout=_GRACE)
        except BaseException:
            self._kill({process.pid, *strays(process.pid, self._mark, self._since)})
            raise
        finally:
            under_way.discard(process.pid)
            for task in (guard, *readers):
                task.cancel()
        return self._to_run(status, cpu, ended)

    async def _start(self) -> Process:
        launch = self._launch
        start = Start(
            program=str(launch.program.resolve()),
            arguments=launch.arguments,
            events=str(self._events),
            folder=str(self._home) if launch.sandbox else None,
            environment=self._environment(),
            trace=launch.trace,
            sandbox=launch.sandbox,
            interpreter=launch.interpreter,
        )
        return await launch.warm.start(start) if launch.warm else FreshProcess(start)

    def _environment(self) -> dict[str, str]:
        given = dict(self._launch.environment or {})
        base = minimal_environment(self._home) if self._launch.sandbox else dict(os.environ)
        return {**base, **given, MARK: self._mark}

    async def _wait(self, process: Process) -> tuple[int, float]:
        try:
            async with asyncio.timeout(self._launch.timeout):
                return await process.ended()
        except TimeoutError:
            self._error = f"did not end within {self._launch.timeout:g} s and was killed"
            kill_group(process.pid)
            return await process.ended()

    async def _guard_memory(self, pid: int) -> None:
        """Kill a program in the sandbox before it takes the machine's memory from the others."""
        while self._launch.sandbox:
            await asyncio.sleep(_LOOK_EVERY)
            if memory_of(pid) > _MOST_MEMORY:
                self._error = "used more than 1 GB of memory and was killed"
                kill_group(pid)
                return

    async def _leave_nothing(self, pid: int) -> None:
        """Give what the program started a moment to end by itself; kill what doesn't."""
        deadline = perf_counter() + (_GRACE if self._error is None else 0)
        while (left := strays(pid, self._mark, self._since)) and perf_counter() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        self._kill(left)
        if left and self._error is None:
            self._error = "left a process running after its end, which was killed"

    @staticmethod
    def _kill(groups: Iterable[int]) -> None:
        for group in groups:
            kill_group(group)

    async def _read(self, process: Process, pipe: IO[bytes], name: str) -> None:
        async for at, data in read_lines(pipe):
            if len(self._direct) < _MOST_LINES:
                self._direct.append((at, name, data))
            elif self._launch.sandbox and self._error is None:
                self._error = _FLOOD
                kill_group(process.pid)

    def _to_run(self, status: int, cpu: float, ended: float) -> Run:
        with self._events.open(encoding="utf-8", errors="backslashreplace") as lines:
            recording = read_events(lines)
        recording.cpu = recording.cpu or cpu
        return to_run(
            recording,
            snippet=self._launch.name,
            python="",
            status=status,
            error=self._error or (_complaint(recording) if self._launch.sandbox else None),
            ended=ended,
            direct=self._direct,
        )


def _complaint(recording: Recording) -> str | None:
    if recording.flood:
        return _FLOOD
    if recording.undecodable:
        stream, data = recording.undecodable
        return f"wrote bytes that are not UTF-8 to {stream}: {data}"
    return None


async def read_lines(pipe: IO[bytes]) -> AsyncIterator[tuple[float, bytes]]:
    """Yield (perf_counter seconds, line) as lines arrive, until no writer is left."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
    partial = b""
    try:
        while data := await reader.read(65_536):
            at = perf_counter()
            *whole, partial = (partial + data).split(b"\n")
            for line in whole:
                yield at, line
        if partial:
            yield perf_counter(), partial
    finally:
        transport.close()


def minimal_environment(home: Path) -> dict[str, str]:
    """Return all a snippet sees of the host: a path to programs, a language, a place to write."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "TMPDIR": str(home),
        "LC_ALL": "C.UTF-8",
        "USER": "reader",
        "LOGNAME": "reader",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHON_COLORS": "0",
    }
