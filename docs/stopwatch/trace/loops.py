"""Hooks into asyncio: when each task was created, ready, running, and what it waits for.

Everything hangs on ``Handle``, the entry of an event loop's ready queue: its creation is the moment
its callback became ready, its ``_run`` the stretch for which that callback holds the loop.
"""

from __future__ import annotations

import asyncio
import functools
import sys
import types
from asyncio import base_events, events
from time import perf_counter
from typing import Any, NamedTuple

from stopwatch.trace.instrument import instrument
from stopwatch.trace.recorder import Key, Recorder
from stopwatch.trace.waits import last_line, wait_of

# What is hooked here; a warm interpreter compiles these ahead.
HOOKED = (
    (events.Handle, "__init__"),
    (events.Handle, "_run"),
    (base_events.BaseEventLoop, "run_forever"),
    (base_events.BaseEventLoop, "create_task"),
)
_STEPS = {"task_wakeup", "__step", "__wakeup", "_Task__step", "_Task__wakeup"}
# A callback that belongs to no task is worth a stretch when it is the program's, or this long (s).
_NOTABLE = 0.001


def watch_loops(recorder: Recorder) -> None:
    """Record every event loop of this process that builds on asyncio's own."""
    hooks = _Hooks(recorder)
    instrument(events.Handle, "__init__", enter=lambda handle, *_: handle, leave=hooks.made)
    instrument(events.Handle, "_run", enter=hooks.run_begins, leave=hooks.run_ends)
    loop = base_events.BaseEventLoop
    instrument(loop, "run_forever", enter=hooks.loop_begins, leave=hooks.loop_ends)
    instrument(loop, "create_task", enter=hooks.create_begins, leave=hooks.create_ends)


class _Callback(NamedTuple):
    """A stretch of a callback that belongs to no task."""

    start: float
    function: Any


class _Hooks:
    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        # By id, as handles have no room for more: (ready, due). Taken out when the handle runs.
        self._ready: dict[int, tuple[float, float | None]] = {}

    # The ready queue

    def made(self, handle: events.Handle, _result: None) -> None:
        task = task_of(handle._callback)  # type: ignore[attr-defined]
        if task is not None:
            self._recorder.task_lane(task)
        if not isinstance(handle, events.TimerHandle):
            self._ready[id(handle)] = (perf_counter(), self._recorder.here.due)

    def run_begins(self, handle: events.Handle) -> asyncio.Task[Any] | _Callback:
        ready, due = self._ready.pop(id(handle), (None, None))
        if isinstance(handle, events.TimerHandle):
            # Whatever this timer makes ready was due when the timer was.
            loop = handle._loop  # type: ignore[attr-defined]
            due = min(perf_counter(), perf_counter() + handle.when() - loop.time())
            self._recorder.here.due = due
        callback = handle._callback  # type: ignore[attr-defined]
        task = task_of(callback)
        if task is None:
            self._recorder.open(self._callback_lane(callback), due=due, ready=ready)
            return _Callback(perf_counter(), callback)
        self._recorder.open(self._recorder.task_lane(task), due=due, ready=ready)
        return task

    def run_ends(self, token: asyncio.Task[Any] | _Callback, _result: None) -> None:
        recorder = self._recorder
        recorder.here.due = None
        if isinstance(token, _Callback):
            stretch = recorder.here.stack[-1]
            if stretch.lane is None and perf_counter() - token.start >= _NOTABLE:
                stretch.lane = recorder.here.lane
            recorder.close()
        else:
            self._step_ends(token)

    def _callback_lane(self, callback: Any) -> Key | None:
        function = callback.func if type(callback) is functools.partial else callback
        if isinstance(function, types.MethodType):
            function = function.__func__
        if not isinstance(function, types.FunctionType):  # Asking any other may run its own code.
            return None
        own = self._recorder.is_own_file(function.__code__.co_filename)
        return self._recorder.here.lane if own else None

    def _step_ends(self, task: asyncio.Task[Any]) -> None:
        recorder = self._recorder
        recorder.task_name(task)
        if not task.done():
            line, waits_on, tasks = wait_of(task, recorder.program)
            recorder.close(line, waits_on, [recorder.task_lane(t) for t in tasks])
            return
        # _exception, not exception(): asking officially would count as having retrieved it.
        error = None if task.cancelled() else task._exception
        recorder.close(last_line(error, recorder.program))
        outcome = "cancelled" if task.cancelled() else "error" if error is not None else "done"
        recorder.end_lane(
            recorder.task_lane(task), outcome, type(error).__name__ if error else None
        )

    # The loop itself, and eager tasks

    def loop_begins(self, _loop: object) -> None:
        # While a loop runs, its thread's time belongs to the tasks.
        self._recorder.open(None)

    def loop_ends(self, _token: None, _result: None) -> None:
        self._recorder.close()

    def create_begins(self, loop: Any, *_: object) -> bool:
        """Open a stretch for a task that will run its first step inside create_task."""
        eager = loop._task_factory is not None or _asked_eager()
        if eager:
            self._recorder.open(None)
        return eager

    def create_ends(self, eager: object, task: asyncio.Task[Any] | None) -> None:
        if not eager:
            return
        recorder = self._recorder
        stretch = recorder.here.stack[-1]
        # A factory may have made an ordinary task, or something that is no task at all.
        if isinstance(task, asyncio.Task) and (task.done() or task._fut_waiter is not None):  # type: ignore[attr-defined]
            created = stretch.start
            stretch.lane = recorder.task_lane(task)
            recorder.emit("created", stretch.lane, created)
            self._step_ends(task)
        else:
            recorder.close()


def task_of(callback: Any) -> asyncio.Task[Any] | None:
    """Return the task whose next step this callback is, else None."""
    is_step = type(callback).__name__ == "TaskStepMethWrapper"
    # Anything else than a method is the program's own, and asking it for attributes may run code.
    if not is_step and not isinstance(callback, (types.BuiltinMethodType, types.MethodType)):
        return None
    task = callback.__self__
    if not isinstance(task, (asyncio.Task, asyncio.tasks._PyTask)):  # type: ignore[attr-defined]
        return None
    return task if is_step or callback.__name__ in _STEPS else None


def _asked_eager() -> bool:
    """Tell whether create_task was called with eager_start=True (Python 3.14 and newer)."""
    if sys.version_info < (3, 14):
        return False
    here = sys._getframe(2).f_locals  # create_task's own frame: its **kwargs
    return bool(here.get("kwargs", {}).get("eager_start"))
