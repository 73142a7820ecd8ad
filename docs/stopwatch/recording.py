"""Record one program: start it under the tracer, watch over it, and make a Run of what it left.

The program is a process of its own, in a session and group of its own, so that whatever it starts
can be found and killed with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import IO

from stopwatch.model import Line, Run
from stopwatch.trace.events import RawLine, Recording, read_events, to_run

_DOCS = Path(__file__).parents[1]
_START = (
    "import sys; sys.path.insert(0, {docs!r}); from stopwatch.trace.program import main; "
    "del sys.path[0]; main({events!r}, {program!r}, {arguments!r}, trace={trace!r}, "
    "kill_floods={sandbox!r})"
)
# How long (s) what a program started may outlive it: helper processes of multiprocessing do, briefly.
_GRACE = 1.0
_MARK = "STOPWATCH_RUN"


@dataclass(frozen=True)
class Launch:
    """How a program is to be run.

    ``name`` is what readers see. In a sandbox it gets a fresh folder, a minimal environment, no
    input and limits on its output; otherwise it runs as if typed into the terminal. ``timeout`` is
    in seconds, None for no limit. ``started`` is told the process id.
    """

    program: Path
    name: str
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] | None = None
    timeout: float | None = 20.0
    trace: bool = True
    sandbox: bool = True
    interpreter: str = sys.executable
    started: Callable[[int], None] = lambda _pid: None


async def record_program(launch: Launch) -> Run:
    """Run a program and return its Run; ``run.error`` says why it was stopped, if it was."""
    with tempfile.TemporaryDirectory(prefix="stopwatch-", ignore_cleanup_errors=True) as folder:
        home = Path(folder, "work")
        home.mkdir()
        events = Path(folder, "events")
        events.touch()
        run = await _Watch(launch, home, events).to_end()
    run = replace(run, output=tuple(_without_own_frames(run.output)))
    return _scrub(run, launch, home) if launch.sandbox else run


class _Watch:
    """One child process, from its start to the certainty that nothing of it is left."""

    def __init__(self, launch: Launch, home: Path, events: Path) -> None:
        self._launch, self._home, self._events = launch, home, events
        self._mark = uuid.uuid4().hex
        self._direct: list[RawLine] = []
        self._error: str | None = None
        self._pid = 0

    async def to_end(self) -> Run:
        process = self._start()
        readers = [
            asyncio.create_task(self._read(process.stdout, "stdout")),
            asyncio.create_task(self._read(process.stderr, "stderr")),
        ]
        try:
            await self._wait(process)
            ended = perf_counter()
            await self._leave_nothing(process.pid)
            await asyncio.wait(readers, timeout=_GRACE)
        finally:
            for group in {process.pid, *_strays(process.pid, self._mark)}:
                _kill(group)
            process.wait()
            for reader in readers:
                reader.cancel()
        return self._to_run(process.returncode, ended)

    def _start(self) -> subprocess.Popen[bytes]:
        launch = self._launch
        code = _START.format(
            docs=str(_DOCS),
            events=str(self._events),
            program=str(launch.program.resolve()),
            arguments=list(launch.arguments),
            trace=launch.trace,
            sandbox=launch.sandbox,
        )
        # Not asyncio's own subprocess: that one counts as ended only when its pipes are closed, and
        # a child left behind holds them open.
        process = subprocess.Popen(  # noqa: S603 (running programs is what this is for)
            [launch.interpreter, "-c", code],
            stdin=subprocess.DEVNULL if launch.sandbox else None,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self._home if launch.sandbox else None,
            env=self._environment(),
            start_new_session=True,
        )
        self._pid = process.pid
        launch.started(process.pid)
        return process

    def _environment(self) -> dict[str, str]:
        given = dict(self._launch.environment or {})
        base = minimal_environment(self._home) if self._launch.sandbox else dict(os.environ)
        return {**base, **given, _MARK: self._mark}

    async def _wait(self, process: subprocess.Popen[bytes]) -> None:
        try:
            async with asyncio.timeout(self._launch.timeout):
                await _exit_of(process)
        except TimeoutError:
            self._error = f"did not end within {self._launch.timeout:g} s and was killed"
            _kill(process.pid)
            process.wait()

    async def _leave_nothing(self, pid: int) -> None:
        """Give what the program started a moment to end by itself; kill what doesn't."""
        deadline = perf_counter() + (_GRACE if self._error is None else 0)
        while (strays := _strays(pid, self._mark)) and perf_counter() < deadline:
            await asyncio.sleep(0.02)
        for stray in strays:
            _kill(stray)
        if strays and self._error is None:
            self._error = "left a process running after its end, which was killed"

    async def _read(self, pipe: IO[bytes] | None, name: str) -> None:
        assert pipe is not None
        async for at, data in _lines(pipe):
            if len(self._direct) < 5_000:  # noqa: PLR2004 (as much as the tracer keeps)
                self._direct.append((at, name, data))
            elif self._launch.sandbox and self._error is None:
                self._error = _FLOOD
                _kill(self._pid)

    def _to_run(self, status: int, ended: float) -> Run:
        with self._events.open(encoding="utf-8", errors="backslashreplace") as lines:
            recording = read_events(lines)
        return to_run(
            recording,
            snippet=self._launch.name,
            python="",
            exit=status,
            error=self._error or (_complaint(recording) if self._launch.sandbox else None),
            ended=ended,
            direct=self._direct,
        )


_FLOOD = "printed without end (more than 5,000 lines or 1 MB) and was killed"


def _complaint(recording: Recording) -> str | None:
    if recording.flood:
        return _FLOOD
    if recording.undecodable:
        stream, data = recording.undecodable
        return f"wrote bytes that are not UTF-8 to {stream}: {data}"
    return None


async def _lines(pipe: IO[bytes]) -> AsyncIterator[tuple[float, bytes]]:
    """Yield (perf_counter seconds, line) as lines arrive, until every writer has closed the pipe."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), pipe
    )
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


async def _exit_of(process: subprocess.Popen[bytes]) -> None:
    """Wait until a process has ended, without a thread where the system allows it."""
    if not hasattr(os, "pidfd_open"):
        while process.poll() is None:
            await asyncio.sleep(0.005)
        return
    loop = asyncio.get_running_loop()
    ended = loop.create_future()
    descriptor = os.pidfd_open(process.pid)
    loop.add_reader(descriptor, lambda: ended.done() or ended.set_result(None))
    try:
        await ended
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)
    process.wait()


def _kill(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _strays(group: int, mark: str) -> set[int]:
    """Return the process groups that are left of a run: its own, and those its children made.

    On Linux they are found in /proc by their group and by the run's mark in their environment, and
    a zombie that nobody has reaped yet doesn't count. Elsewhere only the run's own group is seen.
    """
    if not Path("/proc/self/stat").exists():
        return {group} if _group_exists(group) else set()
    wanted = f"{_MARK}={mark}".encode()
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state, _parent, its_group = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
            ours = int(its_group) == group or wanted in (entry / "environ").read_bytes()
            if ours and state != "Z":
                found.add(int(its_group))
    return found


def _group_exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


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


# What a page must not show


def _without_own_frames(output: Iterable[Line]) -> Iterator[Line]:
    """Leave out the frames from which the tracer started the program.

    They are at the bottom of every stack that the program dumps, where ``python file.py`` has none.
    """
    skipping = False
    for line in output:
        frame = _FRAME.match(line.text)
        if frame:
            skipping = frame[2].startswith(f"{_DOCS}/stopwatch/") or line.text.endswith(_FIRST)
        elif not line.text.startswith("    "):
            skipping = False
        if not skipping:
            yield line


_FRAME = re.compile(r'( *)File "(.+?)", line \d+, in ')
_FIRST = 'File "<string>", line 1, in <module>'


def _scrub(run: Run, launch: Launch, home: Path) -> Run:
    hidden = _hidden(launch, home)

    def clean(text: str) -> str:
        text = _LIBRARY.sub("", text)
        for secret, shown in hidden:
            text = text.replace(secret, shown)
        return text

    return replace(
        run,
        error=clean(run.error) if run.error else None,
        output=tuple(replace(line, text=clean(line.text)) for line in run.output),
    )


def _hidden(launch: Launch, home: Path) -> list[tuple[str, str]]:
    """Return (text of this machine, what a reader sees instead), the longest first."""
    program = launch.program.resolve()
    depth = launch.name.count("/")
    pairs = {
        f"{program.parents[depth]}/": "snippets/" if "/" in launch.name else "",
        f"{_DOCS}/": "docs/",
        str(home): "/tmp/work",
        launch.interpreter: "python",
        f"{Path.home()}/": "~/",
        socket.gethostname(): "host",
    }
    for name, value in os.environ.items():
        if value and _is_secret(name):
            pairs[value] = f"<{name}>"
    return sorted(
        ((text, shown) for text, shown in pairs.items() if len(text) > 3 and text != "localhost"),  # noqa: PLR2004
        key=lambda pair: -len(pair[0]),
    )


# Where a Python keeps its library: "asyncio/runners.py" says enough.
_LIBRARY = re.compile(r"/[^\s\"']*/lib/python3\.\d+t?/")


def _is_secret(name: str) -> bool:
    return any(word in name.upper() for word in ("KEY", "TOKEN", "SECRET", "PASSWORD"))
