"""A content-addressed store of runs: the same program on the same Python is run once."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

from stopwatch.model import Run
from stopwatch.snippets import Snippet
from stopwatch.store import Store

_HERE = Path(__file__).parent


class CacheError(Exception):
    """A run could not be stored; the message says where and why."""


class Cache:
    """Runs by key, one file each, in a folder that is safe to delete at any time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._texts = Store(folder)

    @classmethod
    def of(cls, root: Path) -> Cache:
        """Return the project's cache."""
        return cls(root / ".cache" / "stopwatch" / "runs")

    def get(self, key: str) -> Run | None:
        """Return the run of that key; None if there is none or its file is damaged."""
        found = self.read(key)
        return found and found[0]

    def read(self, key: str) -> tuple[Run, str] | None:
        """Return the run of that key and its digest; None if it's missing or damaged."""
        found = self._texts.read(key)
        try:
            return found and (Run.from_json(found[0]), found[1])
        except ValueError:
            return None

    def put(self, key: str, run: Run) -> str:
        """Store a run, of which readers see all or nothing, and return its digest.

        Raises CacheError.
        """
        try:
            return self._texts.put(key, run.to_json())
        except OSError as error:
            raise CacheError(
                f"the run of {run.snippet} can't be stored in .cache/stopwatch: {error.strerror}"
            ) from error

    def remove(self, key: str) -> None:
        """Forget a run, if there is one of that key."""
        self._texts.remove(key)


def key_of(snippet: Snippet, root: Path) -> str:
    """Return what a run of the snippet depends on, as a hash.

    Its bytes and those of its helpers; the sources that record; the Python version; the versions
    of the packages it declares; the stand-in's bytes if it talks to it. Never the language, never
    the time.
    """
    digest = hashlib.sha256()
    for part in _parts(snippet, root):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()[:32]


def _parts(snippet: Snippet, root: Path) -> Iterator[bytes]:
    yield snippet.name.encode()
    yield snippet.source
    for helper in snippet.helpers():
        yield helper.name.encode()
        yield helper.read_bytes()
    yield _recording_sources()
    yield sys.version.encode()
    for package in sorted(snippet.packages):
        yield f"{package}=={_version(package)}".encode()
    if snippet.standin is not None:
        yield (root / "snippets" / "llm" / "standin.py").read_bytes()
        yield repr(snippet.standin).encode()


@cache
def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "missing"


@cache
def _recording_sources() -> bytes:
    rooms = ("model.py", "recording.py", "processes.py", "privacy.py")
    files = [*(_HERE / room for room in rooms), *sorted((_HERE / "trace").glob("*.py"))]
    return b"".join(hashlib.sha256(file.read_bytes()).digest() for file in files)
