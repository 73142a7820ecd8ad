"""Fixtures every test may use: the project's root and its recorded runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from stopwatch.model import Run
from stopwatch.runner import Result, record, report
from stopwatch.snippets import Snippet, find_snippets
from tests.whole_site import build_whole_site

pytest_plugins = ["tests.verdicts"]
ROOT = Path(__file__).parents[1]
SNIPPETS = [snippet for snippet in find_snippets(ROOT) if snippet.settings.run]


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def results() -> dict[str, Result]:
    """The result of every snippet, by its name; what the cache holds is not run again."""
    return {result.snippet.name: result for result in asyncio.run(record(SNIPPETS, ROOT))}


@pytest.fixture(scope="session")
def run(results: dict[str, Result]) -> Callable[[str], Run]:
    """A function from a snippet's name to its recorded run: ``run("gather/order.py")``."""

    def recorded(name: str) -> Run:
        result = results[name]
        if result.run is None:
            pytest.skip(f"{name} needs {result.missing}")
        if result.problem:
            pytest.fail(report(result), pytrace=False)
        return result.run

    return recorded


@pytest.fixture(scope="session")
def snippet_named() -> Callable[[str], Snippet]:
    """A function from a snippet's name to the snippet."""
    by_name = {snippet.name: snippet for snippet in SNIPPETS}
    return by_name.__getitem__


@pytest.fixture(scope="session")
def whole_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as it is published, built once for all tests that look at every page."""
    return build_whole_site(tmp_path_factory.mktemp("published") / "site")
