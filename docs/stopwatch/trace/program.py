"""Run one program under the tracer: the child process's side.

In a fresh interpreter ``begin`` is called before the program, which the interpreter then runs as it
runs any other. In a fork of a warm interpreter, and in a browser, we have to run it ourselves.
"""

from __future__ import annotations

import ast
import atexit
import builtins
import contextlib
import gc
import importlib
import os
import platform
import signal
import sys
import threading
import types
import warnings
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, NoReturn

from stopwatch.trace.recorder import Recorder, Write
from stopwatch.trace.streams import LineStream, text_stream

Status = int | str | None


def begin(
    events: str, program: str, loaded: set[str], *, trace: bool = True, kill_floods: bool = True
) -> None:
    """Start recording the program that this interpreter is about to run; events go to a file.

    To be called from a ``sitecustomize`` in the first folder of PYTHONPATH, of which nothing is
    left in the environment then. So no frame of ours is below the program's, whatever it looks at
    or dies of.
    ``loaded`` are the modules that were there before us.

    Without ``trace`` only its output is recorded, and nothing of it is slowed down. With
    ``kill_floods`` a program that prints without end is killed, with its whole process group.
    """
    _leave_path()
    path = Path(program)
    recorder = _recorder(events, path, kill_floods=kill_floods)
    _prepare(recorder, path.read_bytes(), lambda: _adopting(events, program), trace=trace)
    _make_way(path, loaded)


def _leave_path() -> None:
    """Undo how we came to be imported; import the sitecustomize that ours hides, if any."""
    _, _, others = os.environ.pop("PYTHONPATH").partition(os.pathsep)
    if others:
        os.environ["PYTHONPATH"] = others
    module = sys.modules.pop("sitecustomize")
    try:
        importlib.import_module("sitecustomize")
    except ImportError as error:
        if error.name != "sitecustomize":
            raise
    sys.modules.setdefault("sitecustomize", module)


def _make_way(program: Path, loaded: set[str]) -> None:
    """Forget modules that only we have loaded and that the program has files of the same name for.

    A ``queue.py`` beside it hides Python's own from it, by accident or not.
    """
    for name in set(sys.modules) - loaded:
        if _is_beside(program, name.partition(".")[0]):
            del sys.modules[name]


def main(events: str, program: str, arguments: list[str], *, trace: bool = True) -> Status:
    """Run a program as ``python program arguments`` would and append its events to a file.

    Without ``trace`` only its output is recorded. Returns what the program handed to sys.exit:
    call it with that.
    """
    sys.argv[:] = [program, *arguments]
    sys.path[0] = str(Path(program).parent)
    recorder = _recorder(events, Path(program), kill_floods=True)
    return record(recorder, lambda: _adopting(events, program), trace=trace)


def _recorder(events: str, program: Path, *, kill_floods: bool) -> Recorder:
    # A process started in the background ignores SIGINT; a program expects Ctrl-C to work.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    return Recorder(append_to(events), program, flood=_kill_group if kill_floods else None)


def exit_quickly(code: Status) -> NoReturn:
    """Exit as sys.exit does, but leave what a warm interpreter had imported as it is.

    Taking thousands of modules apart takes longer than most programs; the program's own objects
    are still taken apart, so that what they say at their end is said.
    """
    if isinstance(code, str):
        sys.stderr.write(f"{code}\n")
        code = 1
    threading._shutdown()  # type: ignore[attr-defined]
    take_apart()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(ValueError, OSError):
            stream.flush()
    os._exit((code or 0) & 0xFF)


def take_apart() -> None:
    """Do what an interpreter does at its end: the program's objects may have last words."""
    atexit._run_exitfuncs()
    # An interpreter that shuts down imports nothing any more, and its warnings look for this one.
    gone: Any = None
    sys.modules.setdefault("tracemalloc", gone)
    _set_last_error(None)
    exec(_LAST_WORDS, {"program": sys.modules["__main__"].__dict__, "collect": gc.collect})


def _last_words() -> types.CodeType:
    """Return what ends a program, as code that warnings take for the interpreter's own."""
    code = compile("program.clear(); collect()", "sys", "exec")
    if sys.version_info >= (3, 13):
        code = code.replace(co_filename="<sys>", co_firstlineno=0)
    return code


_LAST_WORDS = _last_words()


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
) -> Status:
    """Run the recorder's program as ``__main__`` and return its exit status."""
    path = Path(recorder.program)
    source = path.read_bytes()
    _prepare(recorder, source, adopt, trace=trace)
    return _execute(source, path)


def _prepare(
    recorder: Recorder, source: bytes, adopt: Callable[[], str] | None, *, trace: bool
) -> None:
    """Put streams and hooks in place, before anything of the program is imported."""
    began = perf_counter()
    output.record_to(recorder)
    _import_first(source, Path(recorder.program))
    if trace:
        _watch(recorder, adopt)
    begun = perf_counter()
    recorder.emit(
        "start", begun, begun - began, platform.python_version(), cpu_seconds(), delayed_seconds()
    )
    recorder.begin_main_thread()


def _watch(recorder: Recorder, adopt: Callable[[], str] | None) -> None:
    from stopwatch.trace.loops import watch_loops

    watch_loops(recorder)
    if adopt is not None:  # A browser has neither threads nor processes.
        from stopwatch.trace.workers import watch_processes, watch_threads

        watch_threads(recorder)
        watch_processes(recorder, adopt)


_DELAYS = "/proc/self/schedstat"  # Linux; a browser has none
_FIRST_LINES = 50  # for how many it is noted what delayed them


_STREAMS = ("stdout", "stderr", "__stdout__", "__stderr__")


class _Output:
    """sys.stdout and sys.stderr of this process, and the recorder that they are stamped by.

    They can be put in place long before there is a recorder: a library that takes hold of
    sys.stderr while it is imported, as loguru does, then holds the stamped one.
    """

    def __init__(self) -> None:
        self._recorder: Recorder | None = None
        self._process = 0
        self._first_lines = 0
        self._plain: tuple[Any, ...] = ()  # as they were
        self._streams: tuple[Any, ...] = ()
        self._lines: tuple[LineStream, ...] = ()

    def install(self) -> None:
        """Replace the streams; once is enough."""
        if self._plain:
            return
        plain: tuple[Any, Any] = sys.stdout, sys.stderr
        self._plain = plain
        self._lines = self._lines_of(1, "stdout"), self._lines_of(2, "stderr")
        self._streams = tuple(map(text_stream, self._lines, self._plain))
        for name, stream in zip(_STREAMS, self._streams * 2, strict=True):
            setattr(sys, name, stream)
        # Registered early, so it runs late: after the exit handlers of the program's own imports.
        atexit.register(self._finish)

    def record_to(self, recorder: Recorder) -> None:
        """Stamp every line from now on."""
        self.install()
        for lines in self._lines:
            lines.settle()
        self._recorder, self._process = recorder, os.getpid()
        self._first_lines = _FIRST_LINES if os.path.exists(_DELAYS) else 0  # noqa: PTH110

    def _lines_of(self, descriptor: int, name: str) -> LineStream:
        return LineStream(
            descriptor,
            f"<{name}>",
            line=lambda data: self._line(name, data),
            begun=lambda data: self._begun(name, data),
        )

    def _begun(self, stream: str, data: bytes) -> None:
        if self._recorder is not None:
            self._recorder.begun(stream, data)

    def _line(self, stream: str, data: bytes) -> None:
        if self._recorder is not None:
            self._recorder.line(stream, data)
            if self._first_lines and os.getpid() == self._process:
                self._first_lines -= 1
                self._recorder.emit("delay", perf_counter(), delayed_seconds())
        else:
            os.write(2 if stream == "stderr" else 1, data + b"\n")

    def _finish(self) -> None:
        recorder = self._recorder
        if recorder is None:
            return
        for lines in self._lines:
            lines.end_line()
        while recorder.here.stack:
            recorder.close()
        if recorder.here.lane:
            error = getattr(sys, "last_type", None)  # what nobody caught
            outcome = "error" if error else "done"
            recorder.end_lane(recorder.here.lane, outcome, error and error.__name__)
        if os.getpid() != self._process:  # a fork
            return
        recorder.emit("exit", perf_counter(), cpu_seconds(), delayed_seconds())
        # What the interpreter still says while it shuts down goes the plain way.
        for name, ours, plain in zip(_STREAMS, self._streams * 2, self._plain * 2, strict=True):
            if getattr(sys, name) is ours:  # The program may have put its own in its place.
                setattr(sys, name, plain)


output = _Output()


def _import_first(source: bytes, path: Path) -> None:
    """Import what the program imports at its top, so that its clock doesn't count that.

    It ends at the first other statement: that may change what later imports find or do. A module
    that can't be imported is left for the program to stumble over.
    """
    try:
        with warnings.catch_warnings():  # The program's own compilation will say them.
            warnings.simplefilter("ignore")
            body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for statement in body:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                _try_import(alias.name, [], path)
        elif isinstance(statement, ast.ImportFrom):
            if not statement.level and statement.module:
                _try_import(statement.module, [alias.name for alias in statement.names], path)
        elif not _is_docstring(statement):
            return


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _try_import(module: str, names: list[str], path: Path) -> None:
    if _is_beside(path, module.partition(".")[0]):
        return  # The program's own: its output belongs to the run.
    try:
        imported = importlib.import_module(module)
        for name in names:
            getattr(imported, name, None)  # Some packages load what is inside only when asked.
    except (Exception, SystemExit):
        return


def _is_beside(program: Path, module: str) -> bool:
    return program.with_name(f"{module}.py").exists() or program.with_name(module).is_dir()


def _execute(source: bytes, path: Path) -> Status:
    module = types.ModuleType("__main__")
    module.__dict__.update(__file__=str(path), __builtins__=builtins)
    sys.modules["__main__"] = module
    if "__mp_main__" in sys.modules:  # multiprocessing's name for it, to unpickle by
        sys.modules["__mp_main__"] = module
    try:
        exec(compile(source, str(path), "exec", dont_inherit=True), module.__dict__)
    except SystemExit as stop:
        return stop.code
    except BaseException as error:
        report = error.with_traceback(error.__traceback__ and error.__traceback__.tb_next)
        _set_last_error(report)
        sys.excepthook(type(error), report, report.__traceback__)
        return 130 if isinstance(error, KeyboardInterrupt) else 1
    return None


def _set_last_error(error: BaseException | None) -> None:
    """Do as the interpreter does with an error that nobody caught: its frames live to the end."""
    sys.last_type = None if error is None else type(error)
    sys.last_value = error
    sys.last_traceback = None if error is None else error.__traceback__
    if sys.version_info >= (3, 12):
        sys.last_exc = error


def cpu_seconds() -> float:
    """Return the CPU time (s) this process and its finished children have used."""
    times = os.times()
    return process_time() + times.children_user + times.children_system


def delayed_seconds() -> float:
    """Return for how long (s) this process's main thread was ready but had no processor.

    The kernel keeps count in /proc (Linux); elsewhere it is 0.
    """
    try:
        return int(Path(_DELAYS).read_text("ascii").split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


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
    output.record_to(recorder)
    _watch(recorder, lambda: _adopting(events, program))
