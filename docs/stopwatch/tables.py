"""Comparison tables: data in ``docs/tables/*.toml``, each cell with a proof and a program.

    [caption]
    en = "…"
    zh = "…"

    [[column]]
    id = "task"
    en = "Task"
    zh = "任务（Task）"

    [[row]]
    id = "name"
    en = "name"
    zh = "名字"
    snippet = "task_vs_coroutine/name.py"     # for all its cells, unless a cell names its own
    [row.task]
    en = "`get_name()`"                       # `code` is the only markup
    zh = "`get_name()`"
    python = ">=3.13"                         # where it holds, if not everywhere

A cell's proof is the test marked ``@pytest.mark.proves("<table>.<row>.<column>", …)``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

Text = Mapping[str, str]
_CODE = re.compile(r"`([^`]+)`")
_LANGUAGES = ("en", "zh")


class TableError(Exception):
    """A table that is missing or incomplete; the message says which part."""


@dataclass(frozen=True)
class Cell:
    """One statement: its text by language, the program that shows it, where it holds."""

    text: Text
    snippet: str
    python: str
    proof: str


@dataclass(frozen=True)
class Row:
    """One subject of comparison, with a cell per column."""

    id: str
    title: Text
    cells: tuple[Cell, ...]
    scenes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A comparison table."""

    id: str
    caption: Text
    columns: tuple[Text, ...]
    rows: tuple[Row, ...]

    def cells(self) -> Iterator[Cell]:
        """Yield every cell, row by row."""
        for row in self.rows:
            yield from row.cells


def load_all(root: Path) -> list[Table]:
    """Return every table of the project. Raises TableError."""
    return [load(root, path.stem) for path in sorted((root / "docs" / "tables").glob("*.toml"))]


def load(root: Path, name: str) -> Table:
    """Read one table. Raises TableError when it is missing or a part of it is."""
    path = root / "docs" / "tables" / f"{name.replace('-', '_')}.toml"
    if not path.is_file():
        names = ", ".join(sorted(other.stem for other in path.parent.glob("*.toml"))) or "none"
        raise TableError(f"docs/tables/{path.name} does not exist; there is: {names}")
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        columns = {column["id"]: _text(column) for column in data["column"]}
        rows = tuple(_row(path.stem, row, list(columns)) for row in data["row"])
        return Table(path.stem, _text(data["caption"]), tuple(columns.values()), rows)
    except tomllib.TOMLDecodeError as error:
        raise TableError(f"docs/tables/{path.name}: {error}") from error
    except KeyError as error:
        raise TableError(f"docs/tables/{path.name}: {error.args[0]!r} is missing") from error


def _row(table: str, data: dict[str, Any], columns: list[str]) -> Row:
    place = f"row {data['id']}"
    for column in columns:
        if column not in data:
            raise KeyError(f"{place}, {column}")
    cells = tuple(_cell(f"{table}.{data['id']}.{column}", data, column) for column in columns)
    return Row(data["id"], _text(data, place), cells, tuple(data.get("scenes", ())))


def _cell(proof: str, row: dict[str, Any], column: str) -> Cell:
    data = row[column]
    snippet = data.get("snippet") or row.get("snippet")
    if not snippet:
        raise KeyError(f"{proof}, snippet")
    return Cell(_text(data, proof), snippet, data.get("python", ""), proof)


def _text(data: dict[str, Any], place: str = "caption") -> Text:
    for language in _LANGUAGES:
        if not data.get(language):
            raise KeyError(f"{place}, {language}")
    return {language: data[language] for language in _LANGUAGES}


# HTML


def render(
    table: Table,
    language: str,
    *,
    here: frozenset[str] = frozenset(),
    elsewhere: Mapping[str, str] | None = None,
    scenes: Mapping[str, str] | None = None,
) -> str:
    """Return the table as HTML in a language.

    A cell links to its program's card: on this page if its name is in ``here``, else at the address
    that ``elsewhere`` has for it, else to the published file. ``scenes`` holds a small picture for
    each scene's name.
    """
    link = _Links(here, elsewhere or {})
    pictures = scenes or {}
    head = "".join(f'<th scope="col">{_inline(title[language])}</th>' for title in table.columns)
    body = "".join(_render_row(row, table, language, link, pictures) for row in table.rows)
    caption = f"<caption>{_inline(table.caption[language])}</caption>"
    corner = f'<td class="sw-corner"></td>{head}'
    return (
        f'<div class="sw-table" id="table-{table.id}" data-table="{table.id}">'
        f'<table class="sw-rows">{caption}'
        f"<thead><tr>{corner}</tr></thead><tbody>{body}</tbody></table></div>"
    )


_SHOW = {"en": "the program that shows it", "zh": "证明它的程序"}


@dataclass(frozen=True)
class _Links:
    here: frozenset[str]
    elsewhere: Mapping[str, str]

    def to(self, snippet: str) -> str:
        anchor = f"#run-{snippet.replace('/', '-').replace('.', '-')}"
        if snippet in self.here:
            return anchor
        return f"{self.elsewhere.get(snippet, '')}{anchor}"


def _render_row(
    row: Row,
    table: Table,
    language: str,
    link: _Links,
    pictures: Mapping[str, str],
) -> str:
    cells = "".join(
        f'<td data-label="{escape(_plain(title[language]))}">'
        f"{_render_cell(cell, language, link)}</td>"
        for cell, title in zip(row.cells, table.columns, strict=True)
    )
    drawn = "".join(pictures.get(scene, "") for scene in row.scenes)
    head = f'<th scope="row">{_inline(row.title[language])}{drawn}</th>'
    return f'<tr id="{table.id}-{row.id}">{head}{cells}</tr>'


def _render_cell(cell: Cell, language: str, link: _Links) -> str:
    version = f'<span class="sw-since">{escape(cell.python)}</span> ' if cell.python else ""
    href, label = escape(link.to(cell.snippet)), escape(f"{_SHOW[language]}: {cell.snippet}")
    proof = f'<a class="sw-proof" href="{href}" title="{label}" aria-label="{label}">▸</a>'
    return f"{version}{_inline(cell.text[language])}&nbsp;{proof}"


def _inline(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", escape(text, quote=False))


def _plain(text: str) -> str:
    return text.replace("`", "")
