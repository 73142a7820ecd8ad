"""What a run says to readers: nothing of the machine it was recorded on, nor of the tracer."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from stopwatch.model import Line, Run

_DOCS = Path(__file__).parents[1]
# Where a Python keeps its library: "asyncio/runners.py" says enough.
_LIBRARY = re.compile(r"/[^\s\"']*/lib/python3\.\d+t?/")
_FRAME = re.compile(r'( *)File "(.+?)", line \d+,? in ')  # faulthandler writes no comma
_FIRST_FRAME = re.compile(r'  File "<string>", line 1,? in <module>')
_SECRET_NAMES = ("KEY", "TOKEN", "SECRET", "PASSWORD")
_SHORTEST = 4  # Replacing shorter texts would hit innocent words.


def scrub(run: Run, program: Path, interpreter: str, home: Path, *, public: bool) -> Run:
    """Return the run without the tracer's own frames and, if ``public``, without host details.

    ``program`` and ``home`` are the paths it had and worked in; snippets keep "snippets/…".
    """
    run = replace(run, output=tuple(_without_own_frames(run.output)))
    if not public:
        return run
    hidden = _hidden(run.snippet, program, interpreter, home)

    def clean(text: str) -> str:
        text = _LIBRARY.sub("", text)
        for secret, shown in hidden:
            text = text.replace(secret, shown)
        return text

    return replace(
        run,
        error=clean(run.error) if run.error else None,
        output=tuple(replace(line, text=clean(line.text)) for line in run.output),
    )


def _without_own_frames(output: Iterable[Line]) -> Iterator[Line]:
    """Leave out the frames from which the tracer started the program.

    They are at the bottom of every stack that the program dumps, where ``python file.py`` has none.
    """
    lines = [*output]
    starts = _are_starts([line.text for line in lines])
    skipping = False
    for line, is_start in zip(lines, starts, strict=True):
        frame = _FRAME.match(line.text)
        if frame:
            skipping = is_start or _is_own(frame)
        elif not line.text.startswith("    "):
            skipping = False
        if not skipping:
            yield line


def _are_starts(texts: list[str]) -> Iterator[bool]:
    """Tell of each line whether it is the frame that started the tracer: one of ours is next to it.

    A program's own ``exec`` and ``python -c`` have such a frame too.
    """
    frames = [_FRAME.match(text) for text in texts]
    for before, text, after in zip([None, *frames], texts, [*frames[1:], None], strict=False):
        beside = any(frame and _is_own(frame) for frame in (before, after))
        yield beside and _FIRST_FRAME.fullmatch(text) is not None


def _is_own(frame: re.Match[str]) -> bool:
    return frame[2].startswith(f"{_DOCS}/stopwatch/")


def _hidden(name: str, program: Path, interpreter: str, home: Path) -> list[tuple[str, str]]:
    """Return (text of this machine, what a reader sees instead), the longest first."""
    pairs = {
        f"{program.parents[name.count('/')]}/": "snippets/" if "/" in name else "",
        f"{_DOCS}/": "docs/",
        str(home): "/tmp/work",  # noqa: S108 (a text for readers)
        interpreter: "python",
        f"{Path.home()}/": "~/",
        socket.gethostname(): "host",
    }
    for variable, value in os.environ.items():
        if any(word in variable.upper() for word in _SECRET_NAMES):
            pairs[value] = f"<{variable}>"
    usable = [
        pair for pair in pairs.items() if len(pair[0]) >= _SHORTEST and pair[0] != "localhost"
    ]
    return sorted(usable, key=lambda pair: -len(pair[0]))
