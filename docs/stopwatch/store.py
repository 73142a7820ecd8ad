"""Texts by key, one file each, in a folder that is safe to delete at any time."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Container
from pathlib import Path


class Store:
    """Texts by key. Each file begins with its text's digest, so a damaged one counts as missing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, key: str) -> str | None:
        """Return the text of that key; None if there is none or its file is damaged."""
        found = self.read(key)
        return found and found[0]

    def read(self, key: str) -> tuple[str, str] | None:
        """Return the text of that key and its digest; None if it's missing or damaged."""
        try:
            data = self._path(key).read_bytes()
            digest, _, body = data.partition(b"\n")
            known = digest.decode("ascii")
            return (body.decode("utf-8"), known) if known == _digest(body) else None
        except (OSError, ValueError):
            return None

    def put(self, key: str, text: str) -> str:
        """Store a text, of which readers see all or nothing; return its digest. Raises OSError."""
        body = text.encode("utf-8")
        digest = _digest(body)
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.folder, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(digest.encode("ascii") + b"\n" + body)
            Path(name).replace(self._path(key))
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return digest

    def remove(self, key: str) -> None:
        """Forget the text of that key, if there is one."""
        self._path(key).unlink(missing_ok=True)

    def prune(self, keep: Container[str]) -> int:
        """Forget the texts whose keys aren't in ``keep`` and return how many those were."""
        old = [path for path in self.folder.glob("*.json") if path.stem not in keep]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.json"


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
