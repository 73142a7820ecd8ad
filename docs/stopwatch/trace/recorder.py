"""The recorder: turns what the hooks see into events, one JSON line each.

Every process of a program appends to the same file, so what was recorded survives a crash, a hang
or a kill. An event's times are seconds of ``time.perf_counter``, which all processes share.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import threading
import weakref
from collections.abc import Callable
from pathlib import Path

# Bound here once: a program may patch the time module, and nothing it does may reach the recorder.
from time import perf_counter, process_time, thread_time
from types import FrameType
from typing import Any

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_SURROGATE = re.compile("[\ud800-\udfff]")
_AUTO_NAME = re.compile(r"Task-\d+$")

Key = str
Write = Callable[[str], None]


class Limits:
    """How much of a run is kept: segments and lanes per process, lines and bytes of output."""

    segments = 4_000
    lanes = 2_000
    lines = 5_000
    bytes = 1_000_000


class _Open:
    """A stretch that has begun: whose, since when, and what the CPU clock said then."""

    __slots__ = ("cpu", "cpu_clock", "due", "lane", "ready", "start")

    def __init__(
        self,
        lane: Key | None,
        due: float | None,
        ready: float,
        cpu_clock: Callable[[], float] | None,
    ) -> None:
        self.lane, self.due, self.ready, self.cpu_clock = lane, due, ready, cpu_clock
        self.start = perf_counter()
        self.cpu = cpu_clock() if cpu_clock else 0.0


class _Here(threading.local):
    """What one thread is at: its lane, its stretches (innermost last), a running timer's due."""

    def __init__(self) -> None:
        self.lane: Key | None = None
        self.stack: list[_Open] = []
        self.due: float | None = None


class Recorder:
    """Collects lanes, segments and lines of one process; see ``events`` for how they are read."""

    def __init__(self, write: Write, program: Path, *, flood: Callable[[], None] | None = None):
        self.write = write
        self.program = str(program)
        self.folder = str(program.parent) + os.sep
        self.flood = flood
        self.here = _Here()
        self._tasks: weakref.WeakKeyDictionary[asyncio.Task[Any], Key] = weakref.WeakKeyDictionary()
        self._names: dict[Key, str] = {}
        self._roots: set[Key] = set()
        self._claimed: set[Key] = set()
        self._lock = threading.Lock()
        self.process: Key | None = None
        self._begin()

    def _begin(self) -> None:
        self._prefix = f"{os.getpid()}:"
        self._unended: dict[str, int] = {}  # stream → bytes of a line that has only begun
        self._lanes = self._segments = self._lines = self._bytes = 0

    def emit(self, *event: object) -> None:
        """Append one event."""
        text = _encode(event)
        # Half of a surrogate pair, in a name, say: no file and no terminal could be told of it.
        self.write(_SURROGATE.sub(lambda half: rf"\\u{ord(half[0]):x}", text) + "\n")

    # Lanes

    def add_lane(
        self,
        kind: str,
        name: str,
        *,
        created: float | None = None,
        parent: Key | None = None,
        runs: str | None = None,
        own: bool = True,
    ) -> Key:
        """Record a new lane and return its key."""
        with self._lock:
            self._lanes += 1
            key = f"{self._prefix}{self._lanes}"
        self._names[key] = name
        if self._lanes > Limits.lanes:
            self.emit("left")
        else:
            at = perf_counter() if created is None else created
            self.emit("lane", key, name, kind, parent, at, runs, own)
        return key

    def claim(self, key: Key | None) -> None:
        """Count a lane as the program's own, as a pool's thread is once it runs its work."""
        if key is not None and key not in self._claimed:
            self._claimed.add(key)
            self.emit("own", key, True)  # noqa: FBT003

    def end_lane(self, key: Key, outcome: str, error: str | None = None) -> None:
        """Record that a lane's work is over."""
        self.emit("end", key, perf_counter(), outcome, error)

    def task_lane(self, task: asyncio.Task[Any]) -> Key:
        """Return the task's lane; a task seen for the first time has just been created."""
        key = self._tasks.get(task)
        if key is None:
            coro = task.get_coro()
            runs = getattr(coro, "__qualname__", None) or type(coro).__name__
            own, parent = self._is_own(coro), self.current()
            unnamed = _AUTO_NAME.match(task.get_name())
            root = own and unnamed and not task.get_loop().is_running()
            name = getattr(coro, "__name__", runs) if root else task.get_name()
            key = self.add_lane("task", name, parent=parent, runs=runs, own=own)
            self._tasks[task] = key
            if root:
                self._roots.add(key)
        return key

    def task_name(self, task: asyncio.Task[Any]) -> str:
        """Return the name readers see: ``main`` for the task that asyncio.run made of main()."""
        key, name = self.task_lane(task), task.get_name()
        if name != self._names[key] and not (key in self._roots and _AUTO_NAME.match(name)):
            self._names[key] = name
            self.emit("name", key, name)
        return self._names[key]

    def _is_own(self, coro: Any) -> bool:
        code = getattr(coro, "cr_code", None) or getattr(coro, "gi_code", None)
        return code is not None and self.is_own_file(code.co_filename)

    def is_own_file(self, filename: str) -> bool:
        """Tell whether a file is the program's, not a library's."""
        return filename.startswith(self.folder) and "site-packages" not in filename

    def current(self) -> Key | None:
        """Return the lane that holds this thread now, if any."""
        return next((s.lane for s in reversed(self.here.stack) if s.lane), None)

    # Segments

    def open(
        self,
        lane: Key | None,
        *,
        due: float | None = None,
        ready: float | None = None,
        cpu_clock: Callable[[], float] | None = None,
    ) -> None:
        """Begin a stretch; the one it interrupts, if any, is paused. No lane: nobody's stretch."""
        stack = self.here.stack
        if stack:
            self._cut(stack[-1])
        stack.append(_Open(lane, due, perf_counter() if ready is None else ready, cpu_clock))

    def close(
        self,
        line: int | None = None,
        waits_on: str | None = None,
        waits_for: list[Key] | None = None,
    ) -> None:
        """End the innermost stretch and resume the one it interrupted."""
        stack = self.here.stack
        self._segment(stack.pop(), line, waits_on, waits_for or [])
        if stack:
            outer = stack[-1]
            stack[-1] = _Open(outer.lane, None, perf_counter(), outer.cpu_clock)

    def cut(self, line: int | None = None) -> None:
        """Split a thread's stretch at this moment, so that its CPU share is known on both sides."""
        stack = self.here.stack
        if stack and stack[-1].cpu_clock:
            self._cut(stack[-1], line)
            stack[-1] = _Open(stack[-1].lane, None, perf_counter(), stack[-1].cpu_clock)

    def _cut(self, open_: _Open, line: int | None = None) -> None:
        self._segment(open_, line, None, [])

    def _segment(
        self, open_: _Open, line: int | None, waits_on: str | None, waits_for: list[Key]
    ) -> None:
        if open_.lane is None:
            return
        self._segments += 1
        if self._segments > Limits.segments:
            self.emit("left")
            return
        clock = open_.cpu_clock
        cpu = clock() - open_.cpu if clock else None
        now = perf_counter()
        self.emit(
            "segment", open_.lane, open_.due, open_.ready, open_.start, now, cpu,
            line, waits_on, waits_for,
        )  # fmt: skip

    # Output

    def line(self, stream: str, data: bytes) -> None:
        """Record one line of output and who wrote it."""
        now = perf_counter()
        if stream in self._unended:
            self._bytes -= self._unended.pop(stream)
            self.emit("ended", self._prefix, stream)
        self._lines += 1
        self._bytes += len(data) + 1
        if self._lines > Limits.lines or self._bytes > Limits.bytes:
            self.emit("left")
            if self.flood:
                self.emit("flood")
                self.flood()
            return
        lane, who = self._speaker()
        line = self.line_here()
        self.emit("line", now, stream, who, lane, line, data.decode("utf-8", "backslashreplace"))
        if not _is_utf8(data):
            self.emit("undecodable", stream, ascii(data[:60]))
        self.cut(line)

    def begun(self, stream: str, data: bytes) -> None:
        """Record what was flushed of a line: it is all there is of it if the program is killed."""
        self._bytes += len(data)
        self._unended[stream] = self._unended.get(stream, 0) + len(data)
        if self._bytes <= Limits.bytes:
            lane, who = self._speaker()
            text = data.decode("utf-8", "backslashreplace")
            self.emit(
                "begun", self._prefix, perf_counter(), stream, who, lane, self.line_here(), text
            )

    def _speaker(self) -> tuple[Key | None, str]:
        loop = asyncio._get_running_loop()
        task = asyncio.current_task(loop) if loop else None
        if task is not None:
            return self.task_lane(task), self.task_name(task)
        lane = self.here.lane
        if lane is None:
            return None, threading.current_thread().name
        return lane, self._names.get(lane, "")

    def line_here(self) -> int | None:
        """Return the program's line that is executing in this thread, if it is in its frames."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_filename == self.program:
                return frame.f_lineno
            frame = frame.f_back
        return None

    # Processes

    def begin_main_thread(self) -> None:
        """Give this process's main thread its lane and start its first stretch."""
        self.here.lane = self.add_lane("thread", "MainThread", runs="<module>")
        self.open(self.here.lane, cpu_clock=thread_time)

    def begin_process(self, name: str, parent: Key | None, created: float | None) -> None:
        """Start afresh in a child process: its main thread is the process's own lane."""
        self._begin()
        self._lock = threading.Lock()
        self.here = _Here()
        self.process = self.add_lane("process", name, created=created, parent=parent)
        self.here.lane = self.process
        self.open(self.process, ready=created, cpu_clock=process_time)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
