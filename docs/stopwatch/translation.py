"""Build the other language in a process of its own, beside the one that MkDocs is building."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

# Set, in the environment of the other language's build, to the command that it is part of.
NESTED = "STOPWATCH_NESTED"
_RECORD = re.compile(r"(DEBUG|INFO|WARNING|ERROR|CRITICAL) *- {2}(.*)")


@dataclass(frozen=True)
class Outcome:
    """How a build went: whether it succeeded, and what it complained about, as (level, message)."""

    succeeded: bool
    complaints: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Order:
    """A ``mkdocs build`` of the configuration file ``config`` into the folder ``site``.

    ``command`` is the one that it is part of. As long as its process lives, it holds the file
    descriptor ``lock``, if there is one, and nobody else may build: see ``publish.Workshop``.
    """

    config: Path
    site: Path
    site_url: str
    command: str
    strict: bool
    cache: Path
    lock: int | None

    @property
    def arguments(self) -> list[str]:
        """What follows `mkdocs` on its command line."""
        strict = "--strict" if self.strict else "--no-strict"
        return ["--no-color", "build", "-f", str(self.config), "-d", str(self.site), strict]

    @property
    def environment(self) -> dict[str, str]:
        """What it is told beside."""
        return {NESTED: self.command, "SITE_URL": self.site_url}


class Translation(ABC):
    """A build that an ``Order`` describes, in a process that builds when told to ``begin``."""

    def __init__(self, order: Order) -> None:
        self.site = order.site
        self.begun = False

    def begin(self) -> None:
        """Have it build."""
        self.begun = True
        self._begin()

    def finish(self) -> Outcome:
        """Wait for the build to end and say how it went."""
        output, status = self._wait()
        complaints = [(n, text) for n, text in _records(output) if n >= logging.WARNING]
        if status and not complaints:
            complaints = [(logging.ERROR, output or f"its process ended with {status}")]
        return Outcome(not status, tuple(complaints))

    @abstractmethod
    def stop(self) -> None:
        """End it, whatever it is doing."""

    @abstractmethod
    def _begin(self) -> None: ...

    @abstractmethod
    def _wait(self) -> tuple[str, int]:
        """Return, once it has ended, what it said and its exit status."""


def prepare(order: Order) -> Translation:
    """Return a build that is ready to begin.

    A fork has all modules at hand, but may only be made of a process without other threads; and
    `mkdocs serve` has time to start a new one between two edits.
    """
    can_fork = sys.platform == "linux" and threading.active_count() == 1
    return _Forked(order) if can_fork and order.command == "build" else _Started(order)


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


class _Started(Translation):
    """In a new interpreter, which starts at once and imports what it needs."""

    def __init__(self, order: Order) -> None:
        super().__init__(order)
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START, str(order.cache), *order.arguments],
            env={**os.environ, **order.environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            pass_fds=() if order.lock is None else (order.lock,),
        )

    def stop(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
        self._process.communicate()

    def _begin(self) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # It has died: finish() tells why.
            self._process.stdin.write("\n")
            self._process.stdin.flush()

    def _wait(self) -> tuple[str, int]:
        output, _ = self._process.communicate()
        return output, self._process.returncode


class _Forked(Translation):
    """In a fork of this process."""

    def __init__(self, order: Order) -> None:
        super().__init__(order)
        self._order = order
        self._process: BaseProcess | None = None

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._wait()

    def _begin(self) -> None:
        reading, writing = os.pipe()
        fork = get_context("fork")
        self._process = fork.Process(target=_build, args=(self._order, writing))
        sys.stdout.flush()
        self._process.start()
        os.close(writing)
        self._said = reading

    def _wait(self) -> tuple[str, int]:
        assert self._process is not None
        with os.fdopen(self._said, encoding="utf-8", errors="replace") as said:
            output = said.read()
        self._process.join()
        return output, self._process.exitcode or 0


def _build(order: Order, said: int) -> None:
    """Build in a process that was another build a moment ago, and say everything to ``said``."""
    import mkdocs.__main__
    from mkdocs.config.defaults import MkDocsConfig

    os.dup2(said, 1)
    os.dup2(said, 2)
    os.close(said)
    sys.stdout, sys.stderr = (
        os.fdopen(1, "w", encoding="utf-8"),
        os.fdopen(2, "w", encoding="utf-8"),
    )
    os.environ.update(order.environment)
    # What MkDocs keeps for the life of a process: the plugins, whom it tells, how wide that is and
    # what it has told.
    MkDocsConfig.plugins.plugin_cache.clear()  # type: ignore[attr-defined]
    logging.getLogger("mkdocs").handlers.clear()
    logging.getLogger("mkdocs.commands.build").filters.clear()
    mkdocs.__main__.ColorFormatter.text_wrapper.width = 0
    try:
        mkdocs.__main__.cli(order.arguments)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


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
