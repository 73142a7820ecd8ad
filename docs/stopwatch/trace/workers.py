"""Hooks into threads, executors and processes."""

from __future__ import annotations

import itertools
import os
import sys
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import process as process_pools
from concurrent.futures import thread as thread_pools
from multiprocessing import process, util
from time import perf_counter, process_time, thread_time
from types import FrameType
from typing import Any

from stopwatch.trace.instrument import instrument
from stopwatch.trace.recorder import Key, Recorder

# What is hooked here; a warm interpreter compiles these ahead.
HOOKED = (
    (threading.Thread, "start"),
    (threading.Thread, "_bootstrap_inner"),
    (thread_pools._WorkItem, "__init__"),
    (thread_pools._WorkItem, "run"),
    (process.BaseProcess, "__init__"),
    (process.BaseProcess, "_bootstrap"),
)
# What a child interpreter of multiprocessing is told to import; its resource tracker is no child.
_CHILDREN = ("multiprocessing.spawn", "multiprocessing.forkserver")
# Whose forks are not the program's own: such a child is seen otherwise, or becomes no Python.
_FORKING = {"multiprocessing", "subprocess"}


def watch_threads(recorder: Recorder) -> None:
    """Record every thread, and the work items of thread pools."""
    births: weakref.WeakKeyDictionary[threading.Thread, tuple[float, Key | None]] = (
        weakref.WeakKeyDictionary()
    )
    failed: dict[Key, str] = {}
    asked: set[int] = set()

    def started(thread: threading.Thread) -> None:
        births[thread] = (perf_counter(), recorder.current())

    def begins(thread: threading.Thread) -> Key:
        created, parent = births.get(thread, (perf_counter(), None))
        target = getattr(thread, "_target", None)
        own = _is_own(recorder, target or type(thread).run)
        runs = getattr(target, "__qualname__", None)
        lane = recorder.add_lane(
            "thread", thread.name, created=created, parent=parent, runs=runs, own=own
        )
        recorder.here.lane = lane
        _watch_failure(thread, lane, failed)
        recorder.open(lane, ready=created, cpu_clock=thread_time)
        return lane

    def ends(lane: Key, _result: None) -> None:
        recorder.close()
        error = failed.pop(lane, None)
        recorder.end_lane(lane, "error" if error else "done", error)

    def item_made(item: object, *_: object) -> None:
        if _asked_by_program(recorder):
            asked.add(id(item))

    def item_begins(item: object, *_: object) -> None:
        _idle_outside_items(recorder)
        if id(item) in asked:
            asked.discard(id(item))
            recorder.claim(recorder.here.lane)
        recorder.open(recorder.here.lane, cpu_clock=thread_time)

    instrument(threading.Thread, "start", enter=started, leave=lambda *_: None)
    instrument(threading.Thread, "_bootstrap_inner", enter=begins, leave=ends)
    instrument(thread_pools._WorkItem, "__init__", enter=item_made, leave=lambda *_: None)
    instrument(thread_pools._WorkItem, "run", enter=item_begins, leave=lambda *_: recorder.close())


def _watch_failure(thread: Any, lane: Key, failed: dict[Key, str]) -> None:
    report: Callable[[Any], None] = thread._invoke_excepthook

    def note_and_report(dead: Any) -> None:
        error = sys.exc_info()[0]
        if error is not None:
            failed[lane] = error.__name__
        report(dead)

    thread._invoke_excepthook = note_and_report


def _idle_outside_items(recorder: Recorder) -> None:
    """A pool's worker works only inside its items: its own stretch around them is nobody's."""
    stack = recorder.here.stack
    if stack:
        stack[-1].lane = None


def _asked_by_program(recorder: Recorder) -> bool:
    """Tell whether the program itself hands this work to a pool, rather than a library it calls."""
    frame: FrameType | None = sys._getframe(3)
    while frame is not None:
        if recorder.is_own_file(frame.f_code.co_filename):
            return True
        package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        if package not in {"asyncio", "concurrent"}:
            return False
        frame = frame.f_back
    return False


def _is_own(recorder: Recorder, function: Any) -> bool:
    function = getattr(function, "__func__", function)
    code = getattr(function, "__code__", None)
    return code is not None and recorder.is_own_file(code.co_filename)


def watch_processes(recorder: Recorder, adopt: Callable[[], str]) -> None:
    """Record every process of ``multiprocessing``, whichever way it is started.

    ``adopt`` returns the code with which a fresh interpreter starts recording for this program.
    """
    births: weakref.WeakKeyDictionary[process.BaseProcess, tuple[float, Key | None]] = (
        weakref.WeakKeyDictionary()
    )

    def made(self: process.BaseProcess, *_: object) -> None:
        births[self] = (perf_counter(), recorder.current())

    def begins(self: process.BaseProcess, *_: object) -> None:
        created, parent = births.get(self, (None, None))
        recorder.begin_process(self.name, parent, created)

    def ends(_token: None, exitcode: int | None) -> None:
        recorder.close()
        if recorder.process:
            recorder.end_lane(recorder.process, "error" if exitcode else "done")

    _watch_forks(recorder)
    instrument(process.BaseProcess, "__init__", enter=made, leave=lambda *_: None)
    instrument(process.BaseProcess, "_bootstrap", enter=begins, leave=ends)
    _watch_pool_items(recorder)
    _adopt_fresh_interpreters(adopt)


def _watch_forks(recorder: Recorder) -> None:
    """Record the children that the program forks itself, as fork-1, fork-2 and so on."""
    numbers = itertools.count(1)
    number = 0

    def forks() -> None:
        nonlocal number
        number = next(numbers)

    def forked() -> None:
        caller = str(sys._getframe(1).f_globals.get("__name__", ""))
        if caller.partition(".")[0] not in _FORKING:
            recorder.begin_process(f"fork-{number}", recorder.current(), None)

    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=forks, after_in_child=forked)


def _watch_pool_items(recorder: Recorder) -> None:
    """Items of a process pool begin when they are unpickled and end as their result is sent."""

    def arrives(item: Any, state: dict[str, Any]) -> None:
        item.__dict__.update(state)
        if recorder.process:
            _idle_outside_items(recorder)
            recorder.open(recorder.process, cpu_clock=process_time)

    send_result = process_pools._sendback_result

    def send_and_close(*args: Any, **kwargs: Any) -> None:
        if len(recorder.here.stack) > 1:
            recorder.close()
        send_result(*args, **kwargs)

    process_pools._CallItem.__setstate__ = arrives  # type: ignore[attr-defined]
    process_pools._sendback_result = send_and_close


def _adopt_fresh_interpreters(adopt: Callable[[], str]) -> None:
    spawn = util.spawnv_passfds

    def spawn_recorded(path: Any, args: Any, passfds: Any) -> Any:
        args = [*args]
        code = args.index("-c") + 1 if "-c" in args else 0
        if code and any(module in args[code] for module in _CHILDREN):
            args[code] = f"{adopt()}; {args[code]}"
        return spawn(path, args, passfds)

    util.spawnv_passfds = spawn_recorded
