"""What `mkdocs serve` needs to know: whether its port is free, and what an edit touched."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path

State = dict[str, tuple[int, int]]


class Watch:
    """Named groups of files and folders, and how they looked when last asked."""

    def __init__(self, groups: Mapping[str, Iterable[Path]]) -> None:
        self._groups = {name: tuple(paths) for name, paths in groups.items()}
        self._seen = self._look()

    def paths(self) -> Iterator[Path]:
        """Yield all files and folders of all groups."""
        return chain.from_iterable(self._groups.values())

    def changed(self) -> set[str]:
        """Return the groups in which a file changed, came or went since the last call."""
        seen, self._seen = self._seen, self._look()
        return {name for name, state in self._seen.items() if state != seen[name]}

    def _look(self) -> dict[str, State]:
        return {name: dict(_states(paths)) for name, paths in self._groups.items()}


def _states(paths: Iterable[Path]) -> Iterator[tuple[str, tuple[int, int]]]:
    for path in paths:
        if path.is_dir():
            yield from _states(Path(entry) for entry in os.scandir(path) if _is_source(entry.name))
        elif path.is_file():
            status = path.stat()
            yield str(path), (status.st_mtime_ns, status.st_size)


def _is_source(name: str) -> bool:
    return not name.startswith(".") and name != "__pycache__" and not name.endswith("~")


def complain_about_port(host: str, port: int) -> str | None:
    """Say why nothing can be served there and what to type instead; None when the port is free."""
    problem = _problem(host, port)
    if problem is None:
        return None
    free = next((p for p in range(port + 1, port + 100) if not _problem(host, p)), 0)
    return f"can't serve on {host}:{port}: {problem}\ntry: mkdocs serve -a {host}:{free}"


def _problem(host: str, port: int) -> str | None:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return error.strerror
    return None
