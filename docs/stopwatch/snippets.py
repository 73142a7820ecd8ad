"""Find the programs under ``snippets/`` and read their metadata (PEP 723)."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

_BLOCK = re.compile(r"(?m)^# /// script\s*$\n((?:#(?: .*)?$\n)+?)# ///\s*$")
_IMPORT = re.compile(rb"^[ \t]*(import|from)[ \t]+([\w., \t]+)", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z0-9._-]+")
# The SDKs whose programs talk to the stand-in server instead of a paid service.
_LLM = frozenset({"openai", "anthropic"})
_VERSION = re.compile(r"(>=|>|<=|<|==|!=|~=)\s*(\d+(?:\.\d+)*)")


class SnippetError(Exception):
    """A snippet that is missing or whose metadata can't be read; the message says which and why."""


@dataclass(frozen=True)
class Settings:
    """The ``[tool.stopwatch]`` table of a program.

    ``alone``: run with nothing beside it, because it burns CPU or starts processes.
    ``timeout``: seconds until it is killed. ``fresh``: a new interpreter, never a fork.
    ``trace``: False for programs that measure memory or switching cost themselves.
    ``raises``: the exception it is meant to die of. ``exit``: the status it is meant to exit with.
    ``run``: False for a file that is shown but is no program, such as a server.
    ``standin``: arguments for the LLM stand-in it needs, e.g. ``["--limit", "3"]``.
    ``interpreter``: "free-threaded" for a program that only such an interpreter can show.
    """

    alone: bool = False
    timeout: float = 20.0
    fresh: bool = False
    trace: bool = True
    raises: str | None = None
    exit: int = 0
    run: bool = True
    standin: tuple[str, ...] | None = None
    interpreter: str | None = None


@dataclass(frozen=True)
class Snippet:
    """One file under ``snippets/``; ``name`` is its path in there, such as "gather/order.py"."""

    name: str
    path: Path
    source: bytes
    settings: Settings
    requires_python: str = ""
    dependencies: tuple[str, ...] = ()

    @property
    def runs_alone(self) -> bool:
        """Whether it is busy: a fresh interpreter's imports are work enough to disturb others."""
        return self.settings.alone or self.settings.fresh

    @property
    def packages(self) -> tuple[str, ...]:
        """The names of the packages it depends on, without versions."""
        return tuple(m[0] for d in self.dependencies if (m := _NAME.match(d)))

    @property
    def standin(self) -> tuple[str, ...] | None:
        """Arguments for the stand-in server it talks to, None if it talks to none."""
        if self.settings.standin is not None:
            return self.settings.standin
        return () if _LLM & set(self.packages) else None

    def helpers(self) -> list[Path]:
        """The files beside it that it imports, directly or through one another."""
        found: list[Path] = []
        waiting = [self.source]
        while waiting:
            for module in _imports(waiting.pop()):
                path = self.path.with_name(f"{module}.py")
                if path.is_file() and path not in found and path != self.path:
                    found.append(path)
                    waiting.append(path.read_bytes())
        return sorted(found)

    def runs_on(self, version: tuple[int, ...] = sys.version_info[:3]) -> bool:
        """Tell whether a Python of that version satisfies its ``requires-python``."""
        return all(
            _COMPARE[operator](version[: len(bound)], bound)
            for operator, bound in _bounds(self.requires_python)
        )


_COMPARE: dict[str, Any] = {
    ">=": lambda a, b: a >= b,
    "~=": lambda a, b: a >= b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    "<": lambda a, b: a < b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def _bounds(requires: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    for operator, version in _VERSION.findall(requires):
        yield operator, tuple(int(part) for part in version.split("."))


def find_root() -> Path:
    """Return the project's folder: the one that holds ``mkdocs.yml`` and ``snippets/``.

    It is looked for from the current folder upwards, then around this package. Raises SnippetError.
    """
    here = Path.cwd()
    for folder in (here, *here.parents, Path(__file__).parents[2]):
        if (folder / "mkdocs.yml").is_file() and (folder / "snippets").is_dir():
            return folder
    raise SnippetError(
        "no project here: run this in the folder that holds mkdocs.yml and snippets/"
    )


def find_snippets(root: Path) -> list[Snippet]:
    """Return every file under ``snippets/``, in order of their names. Raises SnippetError."""
    folder = root / "snippets"
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.py"))
    return [read_snippet(root, name) for name in names if "__pycache__" not in name]


def read_snippet(root: Path, name: str) -> Snippet:
    """Read one snippet by its name, such as "gather/order.py". Raises SnippetError."""
    path = root / "snippets" / name
    if not path.is_file() or not path.resolve().is_relative_to((root / "snippets").resolve()):
        raise SnippetError(_missing(root, name))
    return parse_snippet(name, path, path.read_bytes())


def _missing(root: Path, name: str) -> str:
    import difflib

    folder = root / "snippets"
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*.py")]
    close = difflib.get_close_matches(name, names, n=3)
    hint = (
        f"did you mean {' or '.join(close)}?" if close else "`python -m stopwatch list` shows all"
    )
    return f"snippets/{name} does not exist; {hint}"


@cache
def parse_snippet(name: str, path: Path, source: bytes) -> Snippet:
    """Read a program's metadata block, if it has one. Raises SnippetError."""
    block = _BLOCK.search(source.decode("utf-8", "replace"))
    text = "".join(line[2:] + "\n" for line in block[1].splitlines()) if block else ""
    try:
        data = tomllib.loads(text)
        settings = _settings(data.get("tool", {}).get("stopwatch", {}))
    except (tomllib.TOMLDecodeError, TypeError, ValueError) as error:
        raise SnippetError(f"snippets/{name}: its metadata block can't be read: {error}") from error
    return Snippet(
        name=name,
        path=path,
        source=source,
        settings=settings,
        requires_python=data.get("requires-python", ""),
        dependencies=tuple(data.get("dependencies", ())),
    )


def _settings(table: dict[str, Any]) -> Settings:
    known = {field.name for field in fields(Settings)}
    if unknown := sorted(set(table) - known):
        message = f"unknown {', '.join(unknown)}; it may say {', '.join(sorted(known))}"
        raise ValueError(message)
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in table.items()
    }
    return Settings(**values)


def _imports(source: bytes) -> Iterator[str]:
    """Yield what import statements name; a line of a docstring that reads like one is no harm."""
    for match in _IMPORT.finditer(source):
        names = match[2].decode("utf-8", "replace")
        for name in names.split(",") if match[1] == b"import" else [names]:
            yield re.split(r"[\s.]", name.strip(), maxsplit=1)[0]
