"""A folder for one program while it runs, of which nothing is left, not even by a killed build.

Whoever uses one holds it locked. A lock ends with the process that holds it, so a folder that is
there and free belongs to nobody: what still runs in it is ended, and the folder removed.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from stopwatch.processes import kill_group, strays

try:
    import fcntl
except ImportError:  # Windows: what a killed build left there stays.
    fcntl = None  # type: ignore[assignment]

_PREFIX = "stopwatch-run-"


@contextmanager
def workplace() -> Iterator[Path]:
    """Make a folder, and remove it at the end. Programs that run in it name it as their MARK."""
    with tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        lock = _take(folder)
        try:
            # Somebody who clears up may have come between.
            folder.mkdir(exist_ok=True)
            yield folder
        finally:
            if lock is not None:
                os.close(lock)


def clear_leftovers() -> bool:
    """Remove what killed builds have left; tell whether any of it was still running."""
    was_running = False
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        lock = _take(folder)
        if lock is None:
            continue
        try:
            groups = strays(0, str(folder), 0.0)
            for group in groups:
                kill_group(group)
            was_running |= bool(groups)
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(lock)
    return was_running


def _take(folder: Path) -> int | None:
    """Lock a folder; return the descriptor that holds it, or None if somebody else has it."""
    if fcntl is None:
        return None
    with suppress(OSError):
        lock = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            raise
        return lock
    return None
