"""Which translations are older than the page they were made from.

docs/zh.translated.toml holds, for each page, the hash of the English text that its translation
was last compared with. ``python -m stopwatch translated`` writes it.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable
from pathlib import Path

_HEAD = """\
# Which English text each translated page was last compared with, as a hash. Once a translation says
# what its English page says, record it: python -m stopwatch translated [page]
"""
_SUFFIXES = (".md", ".py", ".ipynb")


class TranslationError(Exception):
    """A page that isn't there, or a record that can't be read; the message says which."""


def record_of(translation: Path) -> Path:
    """Return where the pages of a language are recorded: docs/zh.translated.toml for docs/zh."""
    return translation.with_name(f"{translation.name}.translated.toml")


def stale(english: Path, translation: Path) -> list[str]:
    """Return the pages whose English text has changed since they were translated.

    A page that was never recorded counts as one. Raises TranslationError.
    """
    if english == translation:
        return []
    record = _read(translation)
    return [
        page for page in _pages(english, translation) if record.get(page) != _hash(english / page)
    ]


def mark(english: Path, translation: Path, pages: Iterable[str] = ()) -> list[str]:
    """Record that these pages, or all, are translated as they stand now; return what changed.

    Raises TranslationError.
    """
    there = _pages(english, translation)
    wanted = [_find(page, there) for page in pages] or there
    old = _read(translation)
    new = {page: _hash(english / page) for page in wanted}
    record = {page: digest for page, digest in {**old, **new}.items() if page in there}
    lines = [f'"{page}" = "{record[page]}"' for page in sorted(record)]
    record_of(translation).write_text("\n".join([_HEAD, *lines, ""]), "utf-8")
    return [page for page in wanted if old.get(page) != new[page]]


def _find(name: str, pages: Iterable[str]) -> str:
    """Return the page that is meant by "start/kitchen", "start/kitchen.md" or its path."""
    for page in pages:
        if Path(page).with_suffix("").as_posix() == Path(_below(name)).with_suffix("").as_posix():
            return page
    raise TranslationError(f"{name}: there is no such page in both languages")


def _below(name: str) -> str:
    """Return a page's path without docs/en/ or docs/zh/, which completion in a shell adds."""
    parts = Path(name).parts
    return Path(*parts[2:]).as_posix() if parts[:1] == ("docs",) else name


def _pages(english: Path, translation: Path) -> list[str]:
    found = (path for path in english.rglob("*") if path.suffix in _SUFFIXES)
    names = (path.relative_to(english).as_posix() for path in found)
    return sorted(name for name in names if (translation / name).is_file())


def _hash(page: Path) -> str:
    """Return the hash of a page's words: a line broken elsewhere changes nothing."""
    words = " ".join(page.read_text("utf-8").split())
    return hashlib.sha256(words.encode()).hexdigest()[:12]


def _read(translation: Path) -> dict[str, str]:
    path = record_of(translation)
    try:
        return {
            page: str(digest) for page, digest in tomllib.loads(path.read_text("utf-8")).items()
        }
    except FileNotFoundError:
        return {}
    except tomllib.TOMLDecodeError as error:
        raise TranslationError(f"{path}: {error}") from error
