"""Run one program under the tracer: the child process's side.

``main`` is started as ``python -c "…"`` by the runner; ``record`` does the same inside this process.
"""

from __future__ import annotations

import ast
import atexit
import importlib
import os
import platform
import signal
import sys
import threading
import types
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from stopwatch.trace.recorder import Recorder, Write
from stopwatch.trace.streams import stamped_stream


def main(
    events: str, program: str, arguments: list[str], *, trace: bool = True, kill_floods: bool = True
) -> None:
    """Run a program as ``python program arguments`` would and append its events to a file.

    Without ``trace`` only its output is recorded, and nothing of it is slowed down. With
    ``kill_floods`` a program that prints without end is killed, with its whole process group.
    Exits with the program's own status.
    """
    # A process started in the background inherits "ignore SIGINT"; a program expects Ctrl-C to work.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    recorder = Recorder(append_to(events), Path(program), flood=_kill_group if kill_floods else None)
    sys.argv[:] = [program, *arguments]
    sys.path[0] = str(Path(program).parent)
    sys.exit(record(recorder, lambda: _adopting(events, program), trace=trace))


def append_to(path: str) -> Write:
    """Return a function that appends text to a file, one system call each.

    Appends by several processes don't mix, and none is lost when the process is killed.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    write = os.write
    return lambda text: _write_all(write, descriptor, text.encode("utf-8", "backslashreplace"))


def _write_all(write: Callable[[int, bytes], int], descriptor: int, data: bytes) -> None:
    while data:
        data = data[write(descriptor, data) :]


def record(
    recorder: Recorder, adopt: Callable[[], str] | None = None, *, trace: bool = True
) -> int | str | None:
    """Run the recorder's program as ``__main__`` and return its exit status.

    Hooks and streams are in place before anything of the program is imported.
    """
    path = Path(recorder.program)
    began = perf_counter()
    source = path.read_bytes()
    _stamp_output(recorder)
    _import_first(source, path)
    if trace:
        _watch(recorder, adopt)
    begun = perf_counter()
    recorder.emit("start", begun, begun - began, platform.python_version(), cpu_seconds())
    recorder.begin_main_thread()
    return _execute(source, path)


def _watch(recorder: Recorder, adopt: Callable[[], str] | None) -> None:
    from stopwatch.trace.loops import watch_loops  # noqa: PLC0415 (asyncio counts as an import)

    watch_loops(recorder)
    if adopt is not None:  # A browser has neither threads nor processes.
        from stopwatch.trace.workers import watch_processes, watch_threads  # noqa: PLC0415

        watch_threads(recorder)
        watch_processes(recorder, adopt)


def _stamp_output(recorder: Recorder) -> None:
    plain = sys.stdout, sys.stderr
    sys.stdout = stamped_stream(1, lambda data: recorder.line("stdout", data))
    sys.stderr = stamped_stream(2, lambda data: recorder.line("stderr", data))
    # Registered first, so it runs last, when the program's own exit handlers are done.
    atexit.register(_finish, recorder, sys.stdout, sys.stderr, plain, os.getpid())


def _finish(recorder: Recorder, out: Any, err: Any, plain: tuple[Any, Any], process: int) -> None:
    if os.getpid() != process:
        return
    out.buffer.end_line()
    err.buffer.end_line()
    while recorder.here.stack:
        recorder.close()
    if recorder.here.lane:
        recorder.end_lane(recorder.here.lane, "done")
    recorder.emit("exit", perf_counter(), cpu_seconds())
    # What the interpreter still says while it shuts down goes the plain way.
    sys.stdout, sys.stderr = plain


def _import_first(source: bytes, path: Path) -> None:
    """Import what the program imports at its top, so that its clock doesn't count that.

    A module that can't be imported is left for the program to stumble over.
    """
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return
    for statement in body:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                _try_import(alias.name, [], path)
        elif isinstance(statement, ast.ImportFrom) and not statement.level and statement.module:
            _try_import(statement.module, [alias.name for alias in statement.names], path)


def _try_import(module: str, names: list[str], path: Path) -> None:
    top = module.partition(".")[0]
    if path.with_name(f"{top}.py").exists() or path.with_name(top).is_dir():
        return  # The program's own: its output belongs to the run.
    try:
        imported = importlib.import_module(module)
        for name in names:
            getattr(imported, name, None)  # Some packages load what is inside only when asked.
    except Exception:  # noqa: BLE001 (whatever it is, the program will meet it)
        return


def _execute(source: bytes, path: Path) -> int | str | None:
    module = types.ModuleType("__main__")
    module.__dict__.update(__file__=str(path), __builtins__=__builtins__)
    sys.modules["__main__"] = module
    try:
        exec(compile(source, str(path), "exec", dont_inherit=True), module.__dict__)
    except SystemExit as stop:
        return stop.code
    except BaseException as error:  # noqa: BLE001 (reported as the interpreter would)
        report = error.with_traceback(error.__traceback__ and error.__traceback__.tb_next)
        sys.excepthook(type(error), report, report.__traceback__)
        return 130 if isinstance(error, KeyboardInterrupt) else 1
    return None


def cpu_seconds() -> float:
    """Return the CPU time (s) this process and its finished children have used."""
    times = os.times()
    return process_time() + times.children_user + times.children_system


def _kill_group() -> None:
    os.killpg(os.getpgrp(), signal.SIGKILL)


def _adopting(events: str, program: str) -> str:
    """Return the code with which a fresh interpreter of multiprocessing joins the recording."""
    folder = str(Path(__file__).parents[2])
    return (
        f"import sys; sys.path.insert(0, {folder!r}); "
        "from stopwatch.trace.program import adopt; del sys.path[0]; "
        f"adopt({events!r}, {program!r})"
    )


def adopt(events: str, program: str) -> None:
    """Start recording in an interpreter that multiprocessing has just started for the program."""
    recorder = Recorder(append_to(events), Path(program), flood=_kill_group)
    threading.current_thread().name = "MainThread"
    sys.stdout = stamped_stream(1, lambda data: recorder.line("stdout", data))
    sys.stderr = stamped_stream(2, lambda data: recorder.line("stderr", data))
    _watch(recorder, lambda: _adopting(events, program))
