"""Build the other language in a process of its own, beside the one that MkDocs is building."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
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


class Translation:
    """A running ``mkdocs build`` of another configuration file into the folder ``site``."""

    def __init__(
        self,
        config: Path,
        site: Path,
        site_url: str,
        *,
        command: str,
        strict: bool,
        lock: int | None,
    ) -> None:
        build = [sys.executable, "-m", "mkdocs", "--no-color", "build", "-f", str(config)]
        build += ["-d", str(site), "--strict" if strict else "--no-strict"]
        self.site = site
        self._process = subprocess.Popen(
            build,
            env={**os.environ, NESTED: command, "SITE_URL": site_url},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            # As long as it lives nobody else may build: see publish.Workshop.
            pass_fds=() if lock is None else (lock,),
        )

    def finish(self) -> Outcome:
        """Wait for the build to end and say how it went."""
        output, _ = self._process.communicate()
        succeeded = self._process.returncode == 0
        complaints = [(n, text) for n, text in _records(output) if n >= logging.WARNING]
        if not succeeded and not complaints:
            complaints = [(logging.ERROR, output)]
        return Outcome(succeeded, tuple(complaints))

    def stop(self) -> None:
        """End the build if it is still running."""
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
