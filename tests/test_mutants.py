"""A proof that can't fail proves nothing: each must fail on its mutant."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from stopwatch.interpreters import interpreter_for
from stopwatch.model import Run
from stopwatch.runner import Result, record
from stopwatch.snippets import Snippet, parse_snippet, read_snippet
from tests.conftest import ROOT
from tests.proofs.collect import Proof, all_proofs

pytestmark = pytest.mark.kept("snippets", "docs/tables", "tests/proofs")

PROOFS = all_proofs()


def mutate(proof: Proof, folder: Path) -> Snippet:
    """Write a program with its mutant's change, beside copies of its neighbours."""
    name, old, new = proof.mutant
    snippet = read_snippet(ROOT, name)
    source = snippet.source.decode()
    found = source.count(old)
    assert found == 1, f"{proof.name}: {old!r} must be in snippets/{name} once, is {found} times"
    path = folder / "snippets" / name
    shutil.copytree(snippet.path.parent, path.parent)
    path.write_text(source.replace(old, new), encoding="utf-8")
    mutant = parse_snippet(name, path, path.read_bytes())
    # A mutant may well hang; whether it ends as its metadata says is beside the point.
    return replace(mutant, settings=replace(mutant.settings, timeout=10))


@pytest.fixture(scope="session")
def mutants(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """The recorded mutants by their proof's cell."""
    able = [p for p in PROOFS if interpreter_for(read_snippet(ROOT, p.mutant[0]))]
    snippets = [mutate(proof, tmp_path_factory.mktemp("mutant")) for proof in able]
    results = asyncio.run(record(snippets, ROOT))
    return {proof.cell: result for proof, result in zip(able, results, strict=True)}


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.cell)
def test_a_proof_fails_on_its_mutant(
    proof: Proof, mutants: dict[str, Result], run: Callable[[str], Run]
) -> None:
    """With that one change in the program, the proof doesn't hold any more."""
    result = mutants.get(proof.cell)
    if result is None:
        pytest.skip(f"{proof.mutant[0]} needs another Python")

    def with_mutant(name: str) -> Run:
        if name != proof.mutant[0]:
            return run(name)
        assert result.run is not None
        return result.run

    with pytest.raises((AssertionError, KeyError, IndexError, StopIteration)):
        proof.test(run=with_mutant)
