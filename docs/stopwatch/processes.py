"""Start a program's process, wait for it, and make sure that nothing of it is left.

Two ways to start one: a fresh interpreter, or a fork of a warm one that has done the imports.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol, Self

_DOCS = Path(__file__).parents[1]
_IMPORT = "import sys; sys.path.insert(0, {docs!r}); from stopwatch.trace.{module} import {name}; del sys.path[0]; "  # noqa: E501
MARK = "STOPWATCH_RUN"
# What the warm interpreter imports: what programs here use and that takes noticeable time.
_WARM_ALWAYS = (
    "asyncio",
    "concurrent.futures.thread",
    "concurrent.futures.process",
    "multiprocessing.context",
    "dataclasses",
    "logging",
    "random",
    "statistics",
)
_WARM_PACKAGES = {
    "aiohttp": "aiohttp.web",
    "openai": "openai:AsyncOpenAI",
    "anthropic": "anthropic:AsyncAnthropic",
}


def warm_modules(packages: Iterable[str]) -> list[str]:
    """Return what a warm interpreter should import for programs that use these packages."""
    return [_WARM_PACKAGES.get(name, name) for name in sorted(packages)]


@dataclass(frozen=True)
class Start:
    """What a process needs to start: the program, where its events go, its folder, its world.

    With no ``events`` it runs as it is, and nothing of it is recorded.
    """

    program: str
    arguments: tuple[str, ...]
    events: str
    folder: str | None
    environment: Mapping[str, str]
    trace: bool = True
    sandbox: bool = True
    interpreter: str = sys.executable


class Process(Protocol):
    """A started program, whichever way it was started."""

    pid: int
    stdout: IO[bytes]
    stderr: IO[bytes]

    async def ended(self) -> tuple[int, float]:
        """Wait for its end; return its exit status (negative: the signal) and CPU seconds."""


# A fresh interpreter


class FreshProcess:
    """A program in an interpreter of its own."""

    def __init__(self, start: Start) -> None:
        # Not asyncio's own subprocess: that one counts as ended only when its pipes are closed, and
        # a child left behind holds them open.
        self._process = subprocess.Popen(
            [start.interpreter, start.program, *start.arguments],
            stdin=subprocess.DEVNULL if start.sandbox else None,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=start.folder,
            env=_recorded(start) if start.events else dict(start.environment),
            start_new_session=True,
        )
        self.pid = self._process.pid
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self.stdout, self.stderr = self._process.stdout, self._process.stderr
        self._end: tuple[int, float] | None = None

    async def ended(self) -> tuple[int, float]:
        if self._end is None:
            await _readable(os.pidfd_open(self.pid)) if _HAS_PIDFD else await self._poll()
            self._end = self._reap()
        return self._end

    def _reap(self) -> tuple[int, float]:
        if self._process.returncode is not None:
            return self._process.returncode, 0.0
        _, status, usage = os.wait4(self.pid, 0)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        return self._process.returncode, usage.ru_utime + usage.ru_stime

    async def _poll(self) -> None:
        while self._process.poll() is None:  # noqa: ASYNC110 (a process sets no event)
            await asyncio.sleep(0.005)


_HAS_PIDFD = hasattr(os, "pidfd_open")


def _recorded(start: Start) -> dict[str, str]:
    """Return the environment in which an interpreter starts recording before it runs a program."""
    folder = Path(start.events).with_name("site")
    folder.mkdir()
    settings = f"trace={start.trace}, kill_floods={start.sandbox}"
    # Interpreters that the program makes inside its process import this too.
    code = f"""\
import os, sys; loaded = set(sys.modules)
sys.path.remove({str(folder)!r})
if os.environ.get("PYTHONPATH", "").startswith({str(folder)!r}):
    {import_statement("program", "begin")}
    begin({start.events!r}, {start.program!r}, loaded, {settings})
"""
    (folder / "sitecustomize.py").write_text(code, encoding="utf-8")
    others = start.environment.get("PYTHONPATH")
    path = os.pathsep.join([str(folder), *([others] if others else [])])
    return {**start.environment, "PYTHONPATH": path}


def import_statement(module: str, name: str) -> str:
    """Return code that imports a name of the tracer in an interpreter where it isn't installed."""
    return _IMPORT.format(docs=str(_DOCS), module=module, name=name)


async def _readable(descriptor: int) -> None:
    """Wait until a descriptor is readable, and close it."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    loop.add_reader(descriptor, lambda: None if ready.done() else ready.set_result(None))
    try:
        await ready
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)


# A fork of a warm interpreter


class WarmDied(Exception):  # noqa: N818 (an event, not an error of the program)
    """The warm interpreter ended while a program was running in a fork of it."""


class ForkedProcess:
    """A program in a fork of the warm interpreter."""

    def __init__(self, pid: int, streams: tuple[IO[bytes], IO[bytes]], end: asyncio.Future[Any]):
        self.pid = pid
        self.stdout, self.stderr = streams
        self._end = end

    async def ended(self) -> tuple[int, float]:
        status, cpu = await asyncio.shield(self._end)
        return status, cpu


class Warm:
    """A warm interpreter, seen from the build. Use as an asynchronous context manager.

    It imports what most programs use, and these ``modules``.
    """

    def __init__(self, environment: Mapping[str, str], modules: Sequence[str] = ()) -> None:
        self._environment, self._modules = environment, [*_WARM_ALWAYS, *modules]
        self._number = 0
        self._waiting: dict[tuple[str, int], asyncio.Future[Any]] = {}
        self._failed = False

    @staticmethod
    def is_possible() -> bool:
        """Tell whether this system can fork a warm interpreter safely: Linux can."""
        return sys.platform == "linux" and _HAS_PIDFD

    async def __aenter__(self) -> Self:
        ours, theirs = socket.socketpair()
        call = f"serve({theirs.fileno()}, {self._modules!r})"
        with theirs:
            self._server = subprocess.Popen(  # noqa: ASYNC220 (starting takes a millisecond)
                [sys.executable, "-c", import_statement("warm", "serve") + call],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=dict(self._environment),
                start_new_session=True,
            )
        self._socket = ours
        ours.setblocking(False)  # noqa: FBT003
        self._reader, self._writer = await asyncio.open_connection(sock=ours.dup())
        self._listening = asyncio.create_task(self._listen(), name="warm interpreter")
        with contextlib.suppress(WarmDied):  # ``alive`` tells.
            await self._answer("ready", 0)
        return self

    async def __aexit__(self, *details: object) -> None:
        self._writer.close()
        self._socket.close()
        try:
            async with asyncio.timeout(5):
                await _readable(os.pidfd_open(self._server.pid))
        except TimeoutError:
            kill_group(self._server.pid)
        self._server.wait()
        self._listening.cancel()

    @property
    def alive(self) -> bool:
        """Whether it can still start programs."""
        return not self._failed

    async def start(self, start: Start) -> ForkedProcess:
        """Start a program. Raises WarmDied when the interpreter is gone."""
        if self._failed:
            raise WarmDied
        self._number += 1
        number = self._number
        ends = [os.pipe(), os.pipe()]
        request = {
            "number": number,
            "program": start.program,
            "arguments": list(start.arguments),
            "events": start.events,
            "folder": start.folder,
            "environment": dict(start.environment),
            "trace": start.trace,
        }
        end = self._expect("ended", number)
        try:
            socket.send_fds(self._socket, [json.dumps(request).encode()], [w for _, w in ends])
        except OSError as error:
            raise WarmDied from error
        finally:
            for _, writer in ends:
                os.close(writer)
        streams = os.fdopen(ends[0][0], "rb"), os.fdopen(ends[1][0], "rb")
        try:
            (pid,) = await self._answer("started", number)
        except BaseException:
            for stream in streams:
                stream.close()
            raise
        return ForkedProcess(pid, streams, end)

    def _expect(self, word: str, number: int) -> asyncio.Future[Any]:
        key = (word, number)
        if key not in self._waiting:
            self._waiting[key] = asyncio.get_running_loop().create_future()
            if self._failed:
                _say_died(self._waiting[key])
        return self._waiting[key]

    async def _answer(self, word: str, number: int) -> Any:
        return await self._expect(word, number)

    async def _listen(self) -> None:
        try:
            while line := await self._reader.readline():
                word, *values = json.loads(line)
                number = values.pop(0) if values else 0
                answer = self._expect(word, number)
                if not answer.done():
                    answer.set_result(values)
        except (OSError, ValueError):
            pass  # It died while it was writing, or with requests unread: same as gone.
        finally:
            self._failed = True
            for answer in self._waiting.values():
                if not answer.done():
                    _say_died(answer)


def _say_died(answer: asyncio.Future[Any]) -> None:
    answer.set_exception(WarmDied())
    answer.exception()  # Whoever waits for it is told; nobody has to.


# Nothing is left


def kill_group(group: int) -> None:
    """Kill a whole process group, if it is still there."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


# The groups of programs that are being recorded: what belongs to one belongs to no other.
under_way: set[int] = set()


def strays(group: int, folder: str, since: float) -> set[int]:
    """Return the process groups that are left of a run: its own, and those its children made.

    On Linux they are found in /proc: by their group, by the run's folder in their environment, or
    because they work in it or hold a file of it open. ``group`` is 0 if nobody knows it. ``since``
    is when the run began (s of ``time.monotonic``): nothing older is looked at. A zombie that
    nobody has reaped yet doesn't count, nor does any of ``under_way``. Elsewhere only the run's own
    group is seen.
    """
    if not Path("/proc/self/stat").exists():
        return {group} if group and _group_exists(group) else set()
    found = set()
    for name in os.listdir("/proc"):  # noqa: PTH208 (a hundred Path objects for each run add up)
        if name.isdigit():
            with contextlib.suppress(OSError):
                its_group, is_zombie, started = _status(name)
                if is_zombie or started < since - _TICK:
                    continue
                if its_group != group and its_group in under_way:
                    continue
                if its_group == group or _belongs(f"/proc/{name}", folder):
                    found.add(its_group)
    return found - {0, os.getpgrp()}  # 0 is the kernel's, and to killpg it means ours


def memory_of(pid: int) -> int:
    """Return the memory (bytes) a process really occupies; 0 where /proc doesn't tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGESIZE")


_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_TICK = 2 / _TICKS


def _status(pid: str) -> tuple[int, bool, float]:
    """Return a process's group, whether it is a zombie, and when it started (s since boot)."""
    with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123
        fields = file.read().rpartition(b")")[2].split()
    return int(fields[2]), fields[0] == b"Z", int(fields[19]) / _TICKS


def _belongs(process: str, folder: str) -> bool:
    with open(f"{process}/environ", "rb") as file:  # noqa: PTH123
        if folder.encode() in file.read():
            return True
    files = (f"{process}/fd/{name}" for name in os.listdir(f"{process}/fd"))  # noqa: PTH208
    return any(os.readlink(link).startswith(folder) for link in (f"{process}/cwd", *files))  # noqa: PTH115


def _group_exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True
