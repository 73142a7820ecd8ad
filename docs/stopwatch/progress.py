"""Say how far the recording is: one moving line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

_BAR = 24


@contextmanager
def progress(
    plain: Callable[[str], None], terminal: TextIO = sys.stderr
) -> Iterator[Callable[[str], None]]:
    """Yield a function that is told of each line such as "3/27 gather/order.py: 0.30 s".

    On a terminal the lines replace one another beside a bar, and nothing stays at the end; anywhere
    else each goes to ``plain``.
    """
    if not terminal.isatty():
        yield plain
        return
    width = shutil.get_terminal_size().columns
    try:
        yield lambda line: _draw(terminal, line, width)
    finally:
        terminal.write(f"\r{' ' * (width - 1)}\r")
        terminal.flush()


def _draw(terminal: TextIO, line: str, width: int) -> None:
    done, _, total = line.partition(" ")[0].partition("/")
    if done.isdigit() and total.isdigit():
        filled = _BAR * int(done) // max(1, int(total))
        line = f"[{'█' * filled}{'·' * (_BAR - filled)}] {line}"
    terminal.write(f"\r{line[: width - 1]:{width - 1}}")
    terminal.flush()
