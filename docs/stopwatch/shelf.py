"""What the last build drew of runs: an unchanged picture is taken from the shelf."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

from stopwatch.provenance import machine

_HERE = Path(__file__).parent


class Shelf:
    """Texts by what they were made from, in one file that is safe to delete at any time."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._makers = makers()
        self._old: dict[str, str] = {}
        self._used: dict[str, str] = {}
        with suppress(OSError, ValueError):
            data = json.loads(file.read_text("utf-8"))
            if isinstance(data, dict):
                self._old = {k: v for k, v in data.items() if isinstance(v, str)}

    def take(self, parts: tuple[object, ...], make: Callable[[], str]) -> str:
        """Return the text that ``make`` makes of these parts, from the shelf if it is there."""
        key = hashlib.sha256(repr((self._makers, parts)).encode()).hexdigest()[:32]
        text = self._used.get(key) or self._old.get(key) or make()
        self._used[key] = text
        return text

    def save(self) -> None:
        """Keep what this build has used, and nothing older. Failing to is no harm."""
        if self._used == self._old:
            return
        new = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            new.write_text(json.dumps(self._used), "utf-8")
            new.replace(self._file)
        except OSError:
            with suppress(OSError):
                new.unlink()


@cache
def makers() -> str:
    """Return a hash of all that what pages show may come from, whatever they are about.

    The code and the templates, and this Python and machine, which pages tell of.
    """
    digest = hashlib.sha256(f"{sys.version} {machine()}".encode())
    for path in sorted(path for path in _HERE.rglob("*") if path.suffix in (".py", ".j2")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
