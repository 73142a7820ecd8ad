"""Stand-ins for sys.stdout and sys.stderr that hand on each line as it is written."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, cast

WriteLine = Callable[[bytes], None]


class _Lines(io.RawIOBase):
    """An unbuffered byte stream that splits what it is given into lines."""

    def __init__(self, descriptor: int, write_line: WriteLine) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._write_line = write_line
        self._partial = b""

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        # Programs pass sys.stdout to child processes: those get the real descriptor.
        return self._descriptor

    def write(self, data: object) -> int:
        text = bytes(data)  # type: ignore[call-overload]
        *lines, self._partial = (self._partial + text).split(b"\n")
        for line in lines:
            self._write_line(line)
        return len(text)

    def end_line(self) -> None:
        if self._partial:
            rest, self._partial = self._partial, b""
            self._write_line(rest)


def stamped_stream(descriptor: int, write_line: WriteLine) -> io.TextIOWrapper[Any]:
    """Return a text stream (UTF-8, unbuffered) that calls ``write_line`` with each line's bytes.

    Like the streams it replaces it has ``.buffer`` and ``.fileno()``. A last line without its
    newline is handed on by ``.buffer.end_line()``.
    """
    errors = "backslashreplace" if descriptor == 2 else "strict"
    stream = io.TextIOWrapper(
        cast("Any", _Lines(descriptor, write_line)),
        encoding="utf-8",
        errors=errors,
        write_through=True,
    )
    stream.mode = "w"  # type: ignore[misc]
    return stream
