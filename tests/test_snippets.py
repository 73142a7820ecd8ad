"""Every program under snippets/ runs, through the same runner as the site's build."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest

from stopwatch.model import Run
from stopwatch.snippets import Snippet, find_snippets
from tests.conftest import ROOT, SNIPPETS

EVERY_FILE = find_snippets(ROOT)
# A reader sees no more than this without scrolling sideways.
WIDEST = 88


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda snippet: snippet.name)
def test_it_runs_as_its_author_meant(snippet: Snippet, run: Callable[[str], Run]) -> None:
    """It ends with the status, or by the exception, that its metadata says."""
    recorded = run(snippet.name)
    assert recorded.snippet == snippet.name
    assert recorded.total > 0


@pytest.mark.parametrize("snippet", EVERY_FILE, ids=lambda snippet: snippet.name)
def test_it_is_fit_to_copy(snippet: Snippet) -> None:
    """It begins with its claim, imports nothing of ours, and no line is too wide to read."""
    source = snippet.source.decode()
    tree = ast.parse(source)
    assert ast.get_docstring(tree), f"snippets/{snippet.name} has no docstring with its claim"
    assert "stopwatch" not in _imported(tree)
    too_wide = [n for n, line in enumerate(source.splitlines(), 1) if len(line) > WIDEST]
    assert not too_wide, f"snippets/{snippet.name}: lines {too_wide} are over {WIDEST} columns"


@pytest.mark.parametrize("snippet", EVERY_FILE, ids=lambda snippet: snippet.name)
def test_it_declares_the_packages_it_imports(snippet: Snippet) -> None:
    """``uv run file.py`` installs what it needs; another version means another run."""
    known = {"aiohttp", "anthropic", "fastapi", "httpx", "loguru", "openai", "requests", "uvicorn"}
    imported = _imported(ast.parse(snippet.source)) & known
    assert imported <= set(snippet.packages), f"add to its `dependencies`: {imported}"


def _imported(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names
