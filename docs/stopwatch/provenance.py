"""When and where a run was made: the day and the class of machine, and nothing that names it."""

from __future__ import annotations

import os
import platform
from dataclasses import replace
from datetime import UTC, datetime

from stopwatch.model import Run


def stamp(run: Run) -> Run:
    """Return the run with the day (UTC) and the machine, unless it says them already."""
    return replace(run, recorded=run.recorded or _today(), machine=run.machine or machine())


def machine() -> str:
    """Return the class of machine: cores, architecture and system, and nothing that names it."""
    return f"{os.cpu_count()}-core {platform.machine()} {platform.system()}"


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
