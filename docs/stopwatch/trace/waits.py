"""What a suspended task waits for, and on which line of the program."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from types import FrameType, TracebackType
from typing import Any

_BY_FUNCTION = {
    "sleep": "sleep",
    "to_thread": "thread",
    "Lock.acquire": "lock",
    "Semaphore.acquire": "semaphore",
    "BoundedSemaphore.acquire": "semaphore",
    "Condition.acquire": "lock",
    "Event.wait": "event",
    "Condition.wait": "condition",
    "Condition.wait_for": "condition",
    "Barrier.wait": "barrier",
    "Queue.get": "queue",
    "Queue.put": "queue",
    "Queue.join": "queue",
    "TaskGroup.__aexit__": "task group",
    "TaskGroup._aexit": "task group",
    "wait": "wait",
    "_wait": "wait",
    "as_completed.<locals>._wait_for_one": "as_completed",
    "_AsCompletedIterator._wait_for_one": "as_completed",
    "_AsCompletedIterator.__anext__": "as_completed",
}
_HTTP = {"openai", "anthropic", "httpx", "aiohttp", "httpcore"}
_AWAITED = ("cr_await", "ag_await", "gi_yieldfrom")
_FRAMES = ("cr_frame", "ag_frame", "gi_frame")

Wait = tuple[int | None, str | None, list[asyncio.Task[Any]]]


def wait_of(task: asyncio.Task[Any], program: str) -> Wait:
    """Return (line, what, tasks): the program's line, a word, and the tasks it waits for, if any.

    The word is None when the task waits for nothing: it gave up the loop and is ready again.
    """
    waiter = task._fut_waiter  # type: ignore[attr-defined]
    line, inner = None, None
    for frame in _frames(task.get_coro()):
        if frame.f_code.co_filename == program:
            line, inner = frame.f_lineno, None
        elif inner is None or _is_wait_for(inner):  # Which only waits for what is below.
            inner = frame
    if waiter is None:
        return line, None, []
    what = _word(inner, waiter)
    return line, what, _awaited_tasks(what, inner, waiter)


def last_line(error: BaseException | None, program: str) -> int | None:
    """Return the program's innermost line in the error's traceback."""
    line: int | None = None
    traceback: TracebackType | None = error.__traceback__ if error else None
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == program:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def _frames(awaitable: Any) -> Iterator[FrameType]:
    """Yield the frames of a chain of awaits, the outermost first."""
    for _ in range(100):
        frame = next((f for name in _FRAMES if (f := getattr(awaitable, name, None))), None)
        if frame is not None:
            yield frame
        elif awaitable is None or asyncio.isfuture(awaitable):
            return
        awaitable = _next(awaitable)


def _next(awaitable: Any) -> Any:
    for name in _AWAITED:
        if hasattr(awaitable, name):
            return getattr(awaitable, name)
    # Wrappers such as async_generator_asend show no attribute, but the collector sees their inside.
    inside = gc.get_referents(awaitable)
    return next((x for x in inside if any(hasattr(x, name) for name in _FRAMES)), None)


def _word(inner: FrameType | None, waiter: Any) -> str:
    if inner is not None:
        package = inner.f_globals.get("__name__", "").partition(".")[0]
        if package in _HTTP:
            return "HTTP"
        known = _BY_FUNCTION.get(_function(inner))
        if package == "asyncio" and known:
            return known
        if _is_wait_for(inner) and isinstance(inner.f_locals.get("fut"), asyncio.Task):
            return "task"  # Python 3.11 has a future of its own between the two.
    if isinstance(waiter, asyncio.Task):
        return "task"
    if hasattr(waiter, "_children"):
        return "gather"
    callbacks = getattr(waiter, "_callbacks", None) or ()
    if any("_chain_future" in getattr(c[0], "__qualname__", "") for c in callbacks):
        return "executor"
    package = inner.f_globals.get("__name__", "").partition(".")[0] if inner else ""
    return "I/O" if package == "asyncio" else "future"


def _is_wait_for(frame: FrameType) -> bool:
    return frame.f_code is asyncio.wait_for.__code__


def _function(frame: FrameType) -> str:
    """Return the qualified name of a frame's function; entering ``async with lock`` acquires it."""
    name = frame.f_code.co_qualname
    if name == "_ContextManagerMixin.__aenter__":
        return f"{type(frame.f_locals.get('self')).__name__}.acquire"
    return name


def _awaited_tasks(what: str, inner: FrameType | None, waiter: Any) -> list[asyncio.Task[Any]]:
    if what == "task":
        found = [inner.f_locals.get("fut") if inner and _is_wait_for(inner) else waiter]
    elif what == "gather":
        found = list(waiter._children)
    elif inner is not None and what == "task group":
        found = list(getattr(inner.f_locals.get("self"), "_tasks", ()))
    elif inner is not None and what == "wait":
        found = list(inner.f_locals.get("fs") or ())
    elif inner is not None and what == "as_completed":
        found = list(getattr(inner.f_locals.get("self"), "_todo", None) or ())
    else:
        found = []
    return [x for x in found if isinstance(x, asyncio.Task) and not x.done()]
