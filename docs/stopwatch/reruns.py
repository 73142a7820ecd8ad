"""Which programs a reader can run in the page, and why not the others.

The browser's Python has no threads, no processes, no sockets and no packages: a program that uses
them would fail there, or show what is not so.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from stopwatch.interpreters import needs
from stopwatch.model import Run
from stopwatch.pyodide import PYTHON
from stopwatch.snippets import Snippet
from stopwatch.words import word

_MODULES = {
    "threads": {"threading", "_thread", "concurrent"},
    "processes": {"multiprocessing", "subprocess"},
    "sockets": {"socket", "socketserver", "ssl", "http", "urllib", "select", "selectors"},
    "signals": {"signal"},
    "measures": {"resource", "tracemalloc"},
}
_METHODS = {
    "threads": {"to_thread", "run_in_executor", "call_soon_threadsafe"},
    "processes": {"create_subprocess_exec", "create_subprocess_shell", "fork"},
    "sockets": {
        "open_connection",
        "start_server",
        "open_unix_connection",
        "start_unix_server",
        "create_connection",
        "create_server",
        "create_datagram_endpoint",
    },
    "signals": {"add_signal_handler"},
}


def why_not(snippet: Snippet, run: Run, language: str = "en") -> str:
    """Say why a program can't be run in the page; "" if it can."""
    if snippet.standin is not None or snippet.dependencies:
        return word("needs", language).format(what=", ".join(snippet.packages) or "HTTP")
    if snippet.settings.interpreter or not snippet.runs_on(PYTHON):
        return word("needs", language).format(what=needs(snippet))
    reason = next(_reasons(snippet, run), "")
    return word(f"it {reason}", language) if reason else ""


def _reasons(snippet: Snippet, run: Run) -> Iterator[str]:
    kinds = [lane.kind for lane in run.lanes if lane.name != "MainThread"]
    if "process" in kinds:
        yield "processes"
    if "thread" in kinds:
        yield "threads"
    if not snippet.settings.trace:
        yield "measures"
    if snippet.helpers():
        yield "files"
    names = set(_names(snippet.source))
    for known in (_MODULES, _METHODS):
        for reason, meant in known.items():
            if names & meant:
                yield reason


def _names(source: bytes) -> Iterator[str]:
    """Yield the modules that a program imports, and the names of its attributes."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):  # It may be written for a newer Python than this one.
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Attribute):
            yield node.attr


def local_command(snippet: Snippet) -> str:
    """Return the command that runs a program where it was saved; "" if it takes more than that."""
    return "" if snippet.standin is not None else f"uv run {snippet.path.name}"
