"""Stand-ins for sys.stdout and sys.stderr that hand on each line as it is written."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from typing import Any, cast

Take = Callable[[bytes], None]


class LineStream(io.RawIOBase):
    """An unbuffered byte stream that splits what it is given into lines.

    ``line`` takes each, ``begun`` what was flushed of one that has no newline yet.
    """

    def __init__(self, descriptor: int, name: str, *, line: Take, begun: Take) -> None:
        super().__init__()
        self.name, self.mode = name, "wb"
        self._descriptor = descriptor
        self._line, self._begun = line, begun
        self.settle()
        # In pieces: json.dump writes a line in a million of them.
        self._partial: list[bytes] = []
        self._flushed = 0

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        # Programs pass sys.stdout to child processes: those get the real descriptor.
        return self._descriptor

    def settle(self) -> None:
        """Take the file that the descriptor now stands for as the one that is recorded."""
        self._file = _file_of(self._descriptor)

    def write(self, data: object) -> int:
        text = bytes(memoryview(data))  # type: ignore[arg-type]
        if _file_of(self._descriptor) not in (self._file, None):
            # The program has put another file in its place, and expects its output in there.
            return os.write(self._descriptor, text)
        first, *others = text.split(b"\n")
        if first:
            self._partial.append(first)
        for piece in others:
            self._end()
            if piece:
                self._partial.append(piece)
        return len(text)

    def flush(self) -> None:
        super().flush()
        if len(self._partial) > self._flushed:
            begun = b"".join(self._partial[self._flushed :])
            self._flushed = len(self._partial)
            self._begun(begun)

    def end_line(self) -> None:
        """Hand on a last line that has no newline."""
        if self._partial:
            self._end()

    def _end(self) -> None:
        pieces, self._partial, self._flushed = self._partial, [], 0
        self._line(b"".join(pieces))


def _file_of(descriptor: int) -> tuple[int, int] | None:
    """Return what tells one open file from another; None for a descriptor that is closed."""
    try:
        status = os.fstat(descriptor)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def text_stream(raw: LineStream, like: io.TextIOWrapper[Any]) -> io.TextIOWrapper[Any]:
    """Return an unbuffered text stream in place of ``like``: same encoding, same error handler.

    Like the streams it replaces it has ``.buffer`` and ``.fileno()``.
    """
    stream = io.TextIOWrapper(
        cast("Any", raw), encoding=like.encoding, errors=like.errors, write_through=True
    )
    stream.mode = "w"  # type: ignore[misc]
    return stream
