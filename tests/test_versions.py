"""The comparison tables hold on every Python at hand: each proof, on runs made there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from stopwatch import runner
from stopwatch.cache import Cache
from stopwatch.interpreters import pythons
from stopwatch.model import Run
from stopwatch.runner import record
from stopwatch.snippets import Snippet, read_snippet
from stopwatch.tables import load_all
from tests.conftest import ROOT
from tests.proofs.collect import Proof, all_proofs

PROOFS = all_proofs()
CELLS = {cell.proof: cell for table in load_all(ROOT) for cell in table.cells()}
PYTHONS = dict(pythons())
pytestmark = [pytest.mark.slow, pytest.mark.kept("snippets", "docs/tables", "tests/proofs")]
Recorded = Callable[[str], Run]


@pytest.fixture(scope="module", params=PYTHONS, ids=lambda minor: f"3.{minor}")
def recorded_on(request: pytest.FixtureRequest) -> Iterator[tuple[int, Recorded]]:
    """A Python's minor version, and a function from a program's name to its run there."""
    minor: int = request.param
    # Kept between sessions, like the runs on this Python: by content, and by that interpreter.
    edition = int(Path(PYTHONS[minor]).resolve().stat().st_mtime)
    store = Cache(ROOT / ".cache" / "stopwatch" / f"on-3.{minor}-{edition}" / "runs")

    def record_all(snippets: list[Snippet]) -> dict[str, Run]:
        results = asyncio.run(record(snippets, ROOT, cache=store, fresh=True))
        return {result.snippet.name: result.run for result in results if result.run}

    @cache
    def later(name: str) -> Run:
        return record_all([read_snippet(ROOT, name)])[name]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "interpreter_for", lambda _snippet: PYTHONS[minor])
        names = {cell.snippet for cell in CELLS.values()} | {p.mutant[0] for p in PROOFS}
        able = [s for name in sorted(names) if (s := read_snippet(ROOT, name)).runs_on((3, minor))]
        runs = record_all(able)
        yield minor, lambda name: runs[name] if name in runs else later(name)


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.cell)
def test_a_proof_holds_on_another_python(proof: Proof, recorded_on: tuple[int, Recorded]) -> None:
    """Where its cell says that it does."""
    minor, run = recorded_on
    for name in {CELLS[proof.cell].snippet, proof.mutant[0]}:
        snippet = read_snippet(ROOT, name)
        if not snippet.runs_on((3, minor)):
            pytest.skip(f"{name} needs Python {snippet.requires_python}")
    proof.test(run=run)


def test_a_cell_says_what_its_program_needs() -> None:
    """A program for newer Pythons alone can't prove a cell that claims to hold everywhere."""
    for cell in CELLS.values():
        assert read_snippet(ROOT, cell.snippet).requires_python == cell.python, cell.proof
