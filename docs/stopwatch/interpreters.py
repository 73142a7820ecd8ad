"""Which Python runs a snippet: this one, or a newer one found on the machine."""

from __future__ import annotations

import os
import re
import sys
from functools import cache
from pathlib import Path

from stopwatch.snippets import Snippet

_EXECUTABLE = re.compile(r"python3\.(\d+)(t?)$")


def interpreter_for(snippet: Snippet) -> str | None:
    """Return the interpreter to run a snippet on; None when the machine has none that is fit.

    This one when it satisfies ``requires-python``; else the oldest that does.
    """
    free_threaded = snippet.settings.interpreter == "free-threaded"
    if not free_threaded and snippet.runs_on():
        return sys.executable
    for minor, free, path in _others():
        if free == free_threaded and snippet.runs_on((3, minor, 999)):
            return path
    return None


def needs(snippet: Snippet) -> str:
    """Say which Python a snippet needs, such as "Python >=3.13" or "a free-threaded Python"."""
    version = f"Python {snippet.requires_python}" if snippet.requires_python else "Python"
    free_threaded = snippet.settings.interpreter == "free-threaded"
    return f"a free-threaded {version}" if free_threaded else version


def pythons() -> list[tuple[int, str]]:
    """Return (minor version, path) of the machine's other Pythons that programs can run on."""
    others = [(minor, path) for minor, free, path in _others() if not free]
    return [(m, path) for m, path in others if m >= _OLDEST and m != sys.version_info.minor]


_OLDEST = 11


@cache
def _others() -> list[tuple[int, bool, str]]:
    """Return (minor version, free-threaded, path) of the Pythons at hand, the oldest first."""
    folders = [Path(folder) for folder in os.get_exec_path() if Path(folder).name != "shims"]
    folders += sorted(Path.home().glob(".pyenv/versions/*/bin"))
    folders += sorted(Path.home().glob(".local/share/uv/python/*/bin"))
    found: dict[tuple[int, bool], str] = {}
    for folder in folders:
        for path in folder.glob("python3.*"):
            match = _EXECUTABLE.match(path.name)
            if match and os.access(path, os.X_OK):
                found.setdefault((int(match[1]), bool(match[2])), str(path))
    return [(minor, free, path) for (minor, free), path in sorted(found.items())]
