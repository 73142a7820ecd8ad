"""Build the other language in a process of its own, beside the one that MkDocs is building."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

# Set, in the environment of the other language's build, to the command that it is part of.
NESTED = "STOPWATCH_NESTED"
_RECORD = re.compile(r"(DEBUG|INFO|WARNING|ERROR|CRITICAL) *- {2}(.*)")


@dataclass(frozen=True)
class Outcome:
    """How a build went: whether it succeeded, and what it complained about, as (level, message)."""

    succeeded: bool
    complaints: tuple[tuple[int, str], ...]


# What takes time to import and never changes while somebody writes; then wait for the word.
_START = """
import logging, sys
import jieba, material.plugins.search.plugin, mkdocs.__main__, mkdocs.commands.build
import pygments.formatters.html, pygments.lexers.python, pymdownx.superfences
jieba.setLogLevel(logging.WARNING)
jieba.dt.tmp_dir = sys.argv[1]
jieba.initialize()
if sys.stdin.readline():
    mkdocs.__main__.cli(sys.argv[2:])
"""


class Translation:
    """A ``mkdocs build`` of another configuration file into the folder ``site``.

    Its process starts at once and imports what it needs; it builds when told to ``begin``.
    """

    def __init__(
        self,
        config: Path,
        site: Path,
        *,
        site_url: str,
        command: str,
        strict: bool,
        cache: Path,
        lock: int | None,
    ) -> None:
        build = ["--no-color", "build", "-f", str(config), "-d", str(site)]
        build.append("--strict" if strict else "--no-strict")
        self.site = site
        self.begun = False
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START, str(cache), *build],
            env={**os.environ, NESTED: command, "SITE_URL": site_url},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            # As long as it lives nobody else may build: see publish.Workshop.
            pass_fds=() if lock is None else (lock,),
        )

    def begin(self) -> None:
        """Have it build."""
        assert self._process.stdin is not None
        self.begun = True
        with suppress(BrokenPipeError):  # It has died: finish() tells why.
            self._process.stdin.write("\n")
            self._process.stdin.flush()

    def finish(self) -> Outcome:
        """Wait for the build to end and say how it went."""
        output, _ = self._process.communicate()
        succeeded = self._process.returncode == 0
        complaints = [(n, text) for n, text in _records(output) if n >= logging.WARNING]
        if not succeeded and not complaints:
            complaints = [(logging.ERROR, output)]
        return Outcome(succeeded, tuple(complaints))

    def stop(self) -> None:
        """End it, whatever it is doing."""
        if self._process.poll() is None:
            self._process.terminate()
        self._process.communicate()


def _records(output: str) -> Iterator[tuple[int, str]]:
    """Split what MkDocs logs into records; lines without a level belong to the one before."""
    levels = logging.getLevelNamesMapping()
    level, lines = logging.INFO, list[str]()
    for line in output.splitlines():
        if match := _RECORD.match(line):
            yield level, "\n".join(lines)
            level, lines = levels[match[1]], [match[2]]
        else:
            lines.append(line)
    yield level, "\n".join(lines)
