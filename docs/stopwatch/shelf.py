"""What the last build drew of runs: an unchanged picture is taken from the shelf."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

from stopwatch.provenance import machine
from stopwatch.store import Store

_HERE = Path(__file__).parent


class Shelf:
    """Texts by what they were made from, in one file that is safe to delete at any time."""

    def __init__(self, file: Path) -> None:
        self._texts, self._name = Store(file.parent), file.stem
        self._makers = makers()
        self._old: dict[str, str] = {}
        self._used: dict[str, str] = {}
        if text := self._texts.get(self._name):
            self._old = json.loads(text)

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
        with suppress(OSError):
            self._texts.put(self._name, json.dumps(self._used))


@cache
def makers() -> str:
    """Return a hash of all that what pages show may come from, whatever they are about.

    The code and the templates, and this Python and machine, which pages tell of.
    """
    digest = hashlib.sha256(f"{sys.version} {machine()}".encode())
    for path in sorted(path for path in _HERE.rglob("*") if path.suffix in (".py", ".j2")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
