"""The page's side: run a reader's program in Pyodide, inside a Web Worker, and show its run.

Python has neither threads nor sockets there, so the only thing an event loop can wait for is time:
``SleepingLoop`` blocks the worker while it waits, as the real one blocks its process. That is why
``asyncio.run`` needs no stack switching and the program no change. Each worker runs one program.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from html import escape
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn

from stopwatch.card import in_words, log, timeline
from stopwatch.chrome import to_chrome_trace
from stopwatch.model import Run
from stopwatch.packed import pack
from stopwatch.privacy import scrub
from stopwatch.trace import events as events_of_trace
from stopwatch.trace.events import read_events, to_run
from stopwatch.words import word

Send = Callable[[str], None]
Sleep = Callable[[float], None]
_FOLDER = Path("/snippets")
_HOME = Path("/tmp/work")  # noqa: S108 (the browser's own, in memory)
_LIBRARY = f"/lib/python3{sys.version_info.minor}.zip/"
_MOST_LEFT = 1_000
_LONG = 3600.0  # s
_LIMIT = 600_000  # bytes of the packed run
_NOTABLE = 60.0  # ms; what starting takes on a slow device is no lane of the main thread


class SleepingLoop(asyncio.BaseEventLoop):
    """An event loop in which nothing happens but that time passes."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = _Clock()

    def _process_events(self, event_list: list[Any]) -> None:
        """There are none."""

    def _write_to_self(self) -> None:
        """Nobody else could wake the loop."""


class _Clock:
    """What the loop waits with."""

    @staticmethod
    def select(timeout: float | None) -> list[Any]:
        time.sleep(_LONG if timeout is None else max(0.0, timeout))
        return []


class _Mail:
    """Hands what is recorded to the page at once, as the next step may be an endless loop.

    That something was left out is news a thousand times at most.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._left = 0

    def write(self, event: str) -> None:
        if event.startswith('["left"'):
            self._left += 1
            if self._left > _MOST_LEFT:
                return
        self._send(event)


class _Nap:
    """time.sleep: blocks without burning CPU, which the clocks of CPU time know."""

    def __init__(self) -> None:
        self.block: Sleep = time.sleep
        self._slept = 0.0

    def sleep(self, seconds: float) -> None:
        if not seconds > 0:
            _plain_sleep(seconds)
            return
        begun = _now()
        self.block(seconds)
        self._slept += _now() - begun

    def cpu(self) -> float:
        return _now() - self._slept


# Pyodide has replaced it by one that may switch stacks.
_now, _plain_sleep = time.perf_counter, getattr(time.sleep, "__wrapped__", time.sleep)
_nap = _Nap()


def prepare(block: Sleep) -> None:
    """Get ready for a program; ``block`` blocks the worker for some seconds."""
    _nap.block = block
    time.sleep = _nap.sleep  # type: ignore[assignment]  # numbers other than floats are floats
    time.process_time = time.thread_time = _nap.cpu
    events_of_trace._NOTABLE = _NOTABLE
    _load_tracer()
    _use_sleeping_loop()


def _load_tracer() -> None:
    """Have the tracer read a clock that never stands still.

    A browser's own ticks in steps of up to 1 ms, in which much can happen.
    """
    last = 0.0

    def ticking() -> float:
        nonlocal last
        last = max(_now(), last + 1e-6)
        return last

    time.perf_counter = ticking
    from stopwatch.trace import loops, program, recorder  # noqa: F401 (each keeps its clocks)

    time.perf_counter = _now


def run(name: str, source: str, send: Send) -> int:
    """Run a program as ``python name`` would and return its exit status.

    ``send`` is handed what is recorded, as lines of JSON. Call ``prepare`` before.
    """
    from stopwatch.trace.program import record, take_apart
    from stopwatch.trace.recorder import Key, Recorder

    class Telling(Recorder):
        """Tells of each stretch when it begins: one that never ends is recorded in no other way."""

        def open(self, lane: Key | None, **when: Any) -> None:
            super().open(lane, **when)
            begun = self.here.stack[-1]
            self.emit("open", lane, begun.due, begun.ready, begun.start)

    path = _FOLDER / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")
    _HOME.mkdir(parents=True, exist_ok=True)
    os.chdir(_HOME)
    os.environ["PYTHON_COLORS"] = "0"
    sys.argv[:] = [str(path)]
    sys.path.insert(0, str(path.parent))

    sys.excepthook = _report

    def stop_flood() -> NoReturn:
        while True:  # The page ends the worker.
            time.sleep(_LONG)

    status = record(Telling(_Mail(send).write, path, flood=stop_flood))
    if isinstance(status, str):
        sys.stderr.write(f"{status}\n")
        status = 1
    take_apart()
    return (status or 0) & 0xFF


_failure: dict[str, Any] = {}


def _report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print what a program died of as the interpreter does, and keep it for the page."""
    from stopwatch.trace.waits import last_line

    sys.__excepthook__(kind, error, trace)
    line = error.lineno if isinstance(error, SyntaxError) else last_line(error, sys.argv[0])
    _failure["line"] = line
    _failure["error"] = traceback.format_exception_only(error)[-1].partition("\n")[0]


def _use_sleeping_loop() -> None:
    events: Any = asyncio.events
    policy = type("Policy", (events._BaseDefaultEventLoopPolicy,), {"_loop_factory": SleepingLoop})
    events._set_event_loop_policy(policy())
    events._set_running_loop(None)  # Pyodide's own, in which JavaScript's promises run
    for name in ("EventLoop", "SelectorEventLoop"):
        setattr(asyncio, name, SleepingLoop)
    asyncio.run = asyncio.runners.run  # Pyodide's stands in every traceback.


def view(
    *,
    events: str,
    name: str,
    source: str,
    language: str,
    status: int,
    card: str = "card",
    stopped: float | None = None,
) -> str:
    """Return the parts of the card of a run, as JSON, from what was recorded of it.

    ``card`` is the id of the card; ``stopped`` is after how many seconds it was stopped, if it was.
    """
    lines = events.splitlines()
    recording = read_events(line for line in lines if not line.startswith('["open"'))
    # A busy page starts its clock late: what was recorded happened before the end all the same.
    end = (recording.start or 0.0) + (stopped or 0.0)
    end = max([end, *(line[0] for line in recording.lines), *(s[4] for s in recording.segments)])
    if stopped is not None:
        recording.segments += _endless(lines, end)
    run = to_run(
        recording,
        snippet=name,
        python=platform.python_version(),
        status=status,
        error=None,
        ended=end,
    )
    run = scrub(_clean(run), _FOLDER / name, sys.executable, _HOME, public=True)
    return json.dumps(
        {
            "timeline": timeline([run], language, identity=f"in-{card}") if run.lanes else "",
            "log": log(run, language),
            "words": in_words([run], language) if run.lanes else "",
            "foot": _foot(run, language),
            "run": pack(run, source, language=language, limit=_LIMIT),
            "trace": to_chrome_trace(run),
            "total": run.total,
            "exit": run.exit,
            "no_threads": "can't start new thread" in run.stderr,
            **_failure,
        }
    )


def _endless(lines: list[str], end: float) -> list[list[Any]]:
    """Return the stretch that was still open at the end, if one was."""
    threads: set[str] = set()
    lane, due, ready, start = None, None, 0.0, 0.0
    for kind, *values in map(json.loads, lines):
        if kind == "lane" and values[2] == "thread":
            threads.add(values[0])
        elif kind == "open":
            lane, due, ready, start = values
        elif kind == "segment":
            # A task has let go; a thread goes on.
            lane = values[0] if values[0] in threads else None
            due, ready, start = None, values[4], values[4]
    if lane is None or end <= start:
        return []
    cpu = end - start if lane in threads else None
    return [[lane, due, ready, start, end, cpu, None, None, []]]


def _clean(run: Run) -> Run:
    output = (replace(line, text=line.text.replace(_LIBRARY, "")) for line in run.output)
    return replace(run, output=tuple(output))


def _foot(run: Run, language: str) -> str:
    text = word("ran here", language).format(python=run.python)
    status = f" · {word('exit', language)} {run.exit}" if run.exit else ""
    return f'<p class="sw-foot">{escape(text)}{status}</p>'
