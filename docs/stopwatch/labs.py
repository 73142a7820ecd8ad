"""Labs: notebooks in percent format, whose code cells run once for both languages.

A lab is ``docs/<language>/labs/<name>.py``. Its front matter and its text are written like those
of any page; its code cells are the same in every language, and ``kernel`` runs them.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

from stopwatch import kernel
from stopwatch.store import Store

_LANGUAGES = ("en", "zh")
_PATIENCE = 8.0  # s that a lab waits for an idle machine, for its numbers' sake
_CELL = re.compile(r'# %%(?: \[(?P<kind>markdown)\])?(?P<hidden> tags=\["hide-input"\])?$')
_PAIR = re.compile(r"(\w+): +(.+)")


class LabError(Exception):
    """A lab that can't be read or run; the message says which one, where and why."""


@dataclass(frozen=True)
class Cell:
    """One cell; ``line`` is where its text begins in the file, ``hidden`` code opens on demand."""

    kind: Literal["markdown", "code"]
    source: str
    line: int
    hidden: bool = False


@dataclass(frozen=True)
class Lab:
    """A lab in one language; ``meta`` is its front matter."""

    path: Path
    meta: dict[str, str]
    cells: tuple[Cell, ...]

    @property
    def name(self) -> str:
        """What it is called in every language: "batch-size"."""
        return self.path.stem

    @property
    def shown(self) -> str:
        """Its path, as authors know it."""
        return "/".join(("docs", *self.path.parts[-3:]))

    @property
    def code(self) -> tuple[Cell, ...]:
        """Its code cells."""
        return tuple(cell for cell in self.cells if cell.kind == "code")

    @cached_property
    def key(self) -> str:
        """What its outputs depend on, as a hash: never the language, never the time."""
        digest = hashlib.sha256()
        for part in (kernel.SOURCE, sys.version, *self.versions(), *sources(self)):
            digest.update(hashlib.sha256(part.encode()).digest())
        return digest.hexdigest()[:32]

    def versions(self) -> list[str]:
        """Return what it imports beyond the standard library, with versions, in order."""
        return list(_versions(tuple(sources(self))))


@cache
def _versions(cells: tuple[str, ...]) -> tuple[str, ...]:
    found = []
    for package in sorted({"ipykernel", *_imports(cells)}):
        with suppress(metadata.PackageNotFoundError):
            found.append(f"{package} {metadata.version(package)}")
    return tuple(found)


def sources(lab: Lab) -> list[str]:
    """Return the text of a lab's code cells."""
    return [cell.source for cell in lab.code]


def _imports(cells: Iterable[str]) -> Iterator[str]:
    for source in cells:
        try:
            tree = ast.parse(source)
        except SyntaxError:
            continue  # It will say so when it runs.
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from (name.name.partition(".")[0] for name in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module.partition(".")[0]


# Reading


def find_labs(root: Path, language: str) -> list[Lab]:
    """Read all labs in a language, in order of their names. Raises LabError."""
    return [read_lab(path) for path in sorted((root / "docs" / language / "labs").glob("*.py"))]


def read_lab(path: Path) -> Lab:
    """Read a lab. Raises LabError."""
    meta: dict[str, str] = {}
    cells: list[Cell] = []
    for marker, first, lines in _blocks(path.read_text("utf-8").splitlines()):
        if marker is None:
            meta = {m[1]: m[2].strip('"') for line in lines if (m := _PAIR.match(line[2:]))}
        elif marker["kind"]:
            wrong = next((n for n, line in enumerate(lines, first) if not _is_comment(line)), None)
            if wrong:
                raise LabError(f"{path}, line {wrong}: a text cell holds a line that is no comment")
            cells.append(_cell("markdown", [line[2:] for line in lines], first))
        else:
            cells.append(_cell("code", lines, first, hidden=bool(marker["hidden"])))
    if not {"title", "description"} <= meta.keys():
        raise LabError(f"{path}: its front matter needs a title and a description")
    return Lab(path, meta, tuple(cell for cell in cells if cell.source))


def _cell(
    kind: Literal["markdown", "code"], lines: list[str], first: int, *, hidden: bool = False
) -> Cell:
    blank = next((n for n, line in enumerate(lines) if line.strip()), 0)
    return Cell(kind, "\n".join(lines).strip("\n").rstrip(), first + blank, hidden)


def _blocks(lines: list[str]) -> Iterator[tuple[re.Match[str] | None, int, list[str]]]:
    """Yield (marker, number of the first line, lines) of each cell; no marker: front matter."""
    marker, first, block = None, 1, list[str]()
    for number, line in enumerate(lines, 1):
        if found := _CELL.match(line):
            yield marker, first, block
            marker, first, block = found, number + 1, []
        else:
            block.append(line)
    yield marker, first, block


def _is_comment(line: str) -> bool:
    return line == "#" or line.startswith("# ") or not line


def check_same_code(lab: Lab, root: Path) -> None:
    """Hold a lab's code cells to those of its English version. Raises LabError."""
    english = read_lab(root / "docs" / _LANGUAGES[0] / "labs" / lab.path.name)
    for number, cells in enumerate(zip(lab.code, english.code, strict=False), 1):
        if cells[0].source != cells[1].source:
            raise LabError(
                f"{lab.shown}, line {cells[0].line}: code cell {number} differs from the one in "
                f"{english.shown}, line {cells[1].line}"
            )
    if len(lab.code) != len(english.code):
        raise LabError(
            f"{lab.shown} has {len(lab.code)} code cells, {english.shown} {len(english.code)}"
        )


# Running


class Outputs:
    """What labs put out, by key, in a folder that is safe to delete at any time."""

    def __init__(self, root: Path) -> None:
        self.folder = root / ".cache" / "stopwatch" / "labs"
        self._texts = Store(self.folder)

    def get(self, key: str) -> Any:
        """Return what is stored under a key; None if there is nothing or it is damaged."""
        text = self._texts.get(key)
        return None if text is None else json.loads(text)

    def put(self, key: str, value: Any) -> None:
        """Store a value: readers see all of the file or none. Raises LabError."""
        try:
            self._texts.put(key, json.dumps(value, ensure_ascii=False))
        except OSError as error:
            raise LabError(
                f"a lab can't be stored in .cache/stopwatch: {error.strerror}"
            ) from error


_failed: dict[str, str] = {}  # By key: while this process lives, what failed isn't tried again.


def run_labs(root: Path, tell: Callable[[str], None] = lambda _line: None) -> None:
    """Run the labs whose outputs are missing, one after another. Raises LabError if any fails."""
    outputs = Outputs(root)
    labs = find_labs(root, _LANGUAGES[0])
    for lab in labs:
        if lab.key not in _failed and outputs.get(lab.key) is None:
            tell(f"running the lab {lab.name}")
            try:
                outputs.put(lab.key, asdict(_execute_in_quiet(lab, tell)))
            except LabError as error:
                _failed[lab.key] = str(error)
                outputs.put(_failure_key(lab), str(error))
    problems = [_failed[lab.key] for lab in labs if lab.key in _failed]
    if problems:
        raise LabError("\n\n".join(problems))


def _execute_in_quiet(lab: Lab, tell: Callable[[str], None]) -> kernel.Executed:
    """Run a lab, and once more if others took the processors from it; keep the better run."""
    kernel.wait_for_quiet(_PATIENCE)
    first = execute(lab)
    if not first.disturbed or not kernel.wait_for_quiet(_PATIENCE):
        return first
    tell(f"the machine was busy: running the lab {lab.name} once more")
    return min(first, execute(lab), key=lambda executed: executed.disturbance)


def execute(lab: Lab) -> kernel.Executed:
    """Run a lab's code cells. Raises LabError."""
    try:
        return kernel.execute(sources(lab), lab.path)
    except kernel.CellFailed as error:
        raise LabError(_report(lab, error)) from None


def _report(lab: Lab, error: kernel.CellFailed) -> str:
    """Tell an author which cell failed, where it is, why, and what to type next."""
    again = f"  repeat it: python -m stopwatch.labs {lab.name}"
    if error.cell is None:
        return f"{lab.shown}: {error}\n{again}"
    cell = lab.code[error.cell]
    code = "\n".join(f"    | {line}" for line in cell.source.splitlines())
    head = f"{lab.shown}, line {cell.line}: code cell {error.cell + 1} failed: {error}"
    return f"{head}\n  its code:\n{code}\n{again}"


def recall(lab: Lab, root: Path) -> kernel.Executed:
    """Return what is stored of a lab's run. Raises LabError if there is nothing."""
    executed = Outputs(root).get(lab.key)
    if executed is not None:
        return kernel.Executed(**executed)
    failure = Outputs(root).get(_failure_key(lab))
    raise LabError(failure or f"{lab.shown} has not run yet; run it: mkdocs build")


def _failure_key(lab: Lab) -> str:
    return f"{lab.key}-failed"


# The command: python -m stopwatch.labs batch-size


def main(names: Iterable[str]) -> int:
    """Run labs afresh and print what they print; the exit status is 1 if one fails."""
    root = Path(__file__).parents[2]
    wanted = set(names)
    for lab in find_labs(root, _LANGUAGES[0]):
        if not wanted or lab.name in wanted:
            try:
                executed = execute(lab)
            except LabError as error:
                print(error, file=sys.stderr)  # noqa: T201 (a command line prints)
                return 1
            for output in (output for cell in executed.outputs for output in cell):
                text = output.get("text") or output.get("data", {}).get("text/plain", "")
                print(text.rstrip())  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
