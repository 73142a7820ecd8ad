"""Publish a site all or nothing: it is built aside and swapped in when it is complete."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: two builds at once are not told apart there.
    fcntl = None  # type: ignore[assignment]


class Workshop:
    """A folder beside a published one, in which one build at a time prepares what replaces it.

    The lock belongs to the processes that hold it open, not to the file: a killed build leaves no
    lock behind, so whatever lies in the folder when the lock is free is rubbish.
    """

    def __init__(self, destination: Path, folder: Path | None = None) -> None:
        self.destination = destination
        self.folder = folder or destination.with_name(f".{destination.name}-build")
        self.new = self.folder / "new"
        self.lock: int | None = None
        self._old = self.folder / "old"

    def open(self, waiting: Callable[[str], None] = lambda _message: None) -> None:
        """Take the lock; ``waiting`` is told when another build has it and has to end first."""
        lock = self._take_lock(waiting)
        while not _is_at(self.folder / "lock", lock):
            # The build that we waited for has taken its workshop down, lock file and all.
            os.close(lock)
            lock = self._take_lock(waiting)
        self.lock = lock
        self._restore()

    def prepare(self) -> None:
        """Start over: an empty folder ``new``, and nothing else."""
        for leftover in self.folder.iterdir():
            if leftover.is_dir():
                shutil.rmtree(leftover)
        self.new.mkdir()

    def publish(self) -> None:
        """Put the new folder in the place of the published one."""
        self.destination.parent.mkdir(parents=True, exist_ok=True)
        swap(self.new, self.destination, self._old)

    def close(self) -> None:
        """Remove the workshop and let the next build in. Closing it twice is fine."""
        if self.lock is None:
            return
        self._restore()
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self.lock)
        self.lock = None

    def _restore(self) -> None:
        """Undo a swap that a kill interrupted half-way."""
        if self._old.exists() and not self.destination.exists():
            self._old.rename(self.destination)

    def _take_lock(self, waiting: Callable[[str], None]) -> int:
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT)
        if fcntl is not None:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                owner = os.pread(lock, 20, 0).decode() or "?"
                waiting(f"another build (process {owner}) is at work here: waiting for its end")
                fcntl.flock(lock, fcntl.LOCK_EX)
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        return lock


def swap(new: Path, place: Path, old: Path) -> None:
    """Move ``new`` to ``place`` and drop what was there; an error or Ctrl-C leaves it there."""
    try:
        if place.exists():
            place.rename(old)
        new.rename(place)
    except BaseException:
        if old.exists() and not place.exists():
            old.rename(place)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _is_at(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
