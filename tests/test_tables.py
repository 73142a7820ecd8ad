"""Comparison tables can't lie: every cell has a proof, and every proof a cell."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from stopwatch.snippets import read_snippet
from stopwatch.tables import TableError, load, load_all, render
from tests.conftest import ROOT
from tests.proofs.collect import all_proofs

TABLES = load_all(ROOT)
CELLS = {cell.proof: cell for table in TABLES for cell in table.cells()}


def test_every_cell_has_a_proof() -> None:
    """A statement without a test that proves it is not published."""
    assert sorted(set(CELLS) - {proof.cell for proof in all_proofs()}) == []


def test_every_proof_has_a_cell() -> None:
    """A proof of nothing is a typing error in its id."""
    assert sorted({proof.cell for proof in all_proofs()} - set(CELLS)) == []


def test_no_two_proofs_of_one_cell() -> None:
    """One cell, one proof: else nobody knows which of them holds it up."""
    count = Counter(proof.cell for proof in all_proofs())
    assert [cell for cell, number in count.items() if number > 1] == []


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS.keys())
def test_a_cells_program_exists(cell: object) -> None:
    """What a cell links to is there."""
    read_snippet(ROOT, cell.snippet)  # type: ignore[attr-defined]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.id)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_table_is_rendered_whole(table: object, language: str) -> None:
    """Every cell's text and link are in the HTML, in each language."""
    html = render(table, language)  # type: ignore[arg-type]
    assert html.count("sw-proof") == len(list(table.cells()))  # type: ignore[attr-defined]
    assert html.count('<th scope="row">') == len(table.rows)  # type: ignore[attr-defined]


GOOD = """
[caption]
en = "A & B"
zh = "甲"
[[column]]
id = "a"
en = "`a`"
zh = "`a`"
[[row]]
id = "r"
en = "row"
zh = "行"
snippet = "page/one.py"
[row.a]
en = "x < y"
zh = "x 小于 y"
python = ">=3.13"
"""


def write(folder: Path, text: str) -> Path:
    """Write a table named "t" into a project's folder."""
    (folder / "docs" / "tables").mkdir(parents=True)
    (folder / "docs" / "tables" / "t.toml").write_text(text, encoding="utf-8")
    return folder


def test_text_is_escaped_and_versions_are_shown(tmp_path: Path) -> None:
    """Cells are text with `code`, not HTML; a cell that doesn't hold everywhere says where."""
    html = render(load(write(tmp_path, GOOD), "t"), "en", here=frozenset({"page/one.py"}))
    assert "x &lt; y" in html
    assert "A &amp; B" in html
    assert "&gt;=3.13" in html
    assert 'href="#run-page-one-py"' in html


@pytest.mark.parametrize(
    ("missing", "named"),
    [('zh = "x 小于 y"\n', "t.r.a, zh"), ('snippet = "page/one.py"\n', "t.r.a, snippet")],
)
def test_what_is_missing_is_named(tmp_path: Path, missing: str, named: str) -> None:
    """An incomplete cell is an error that says which and what."""
    with pytest.raises(TableError, match=named):
        load(write(tmp_path, GOOD.replace(missing, "")), "t")


def test_a_missing_table_says_what_there_is(tmp_path: Path) -> None:
    """A typing error in a table's name gets an answer that helps."""
    with pytest.raises(TableError, match=r"nope\.toml does not exist; there is: t"):
        load(write(tmp_path, GOOD), "nope")
