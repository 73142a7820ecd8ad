"""Which tests run: what is quick by default, and nothing again that passed on the same files.

A plugin of this suite. ``uv run pytest`` leaves out what is slow or needs a browser, and so does
nobody who names a file, a word (``-k``) or a marker (``-m``). A test marked ``kept`` depends on the
machinery, the theme, its own module and the folders that it names; once it has passed, it is run
again when one of their files, the Python or a package has changed. ``--again`` runs it anyway.
"""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections.abc import Generator
from functools import cache
from importlib.metadata import distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
QUICK = "not slow and not browser"
_ALWAYS = ("docs/stopwatch", "docs/theme", "docs/zh.yml", "mkdocs.yml", "pyproject.toml")
_PASSED = pytest.StashKey[dict[str, set[str]]]()
_BEFORE = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--again``."""
    text = "run tests that passed before on the same files, too"
    parser.addoption("--again", action="store_true", help=text)


def pytest_configure(config: pytest.Config) -> None:
    """Leave out what is slow, unless somebody asked for it."""
    config.stash[_PASSED] = {}
    config.stash[_BEFORE] = 0
    if everything(config) and not config.option.markexpr:
        config.option.markexpr = QUICK


def everything(config: pytest.Config) -> bool:
    """Tell whether nobody named a file or a word."""
    named = config.args_source is not pytest.Config.ArgsSource.TESTPATHS
    return not (named or config.option.keyword)


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say how to run the rest."""
    if config.option.markexpr == QUICK:
        return 'the slow tests and those in a browser: uv run pytest -m "slow or browser"'
    return None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take out what passed before."""
    if config.option.again or not everything(config):
        return
    before = [item for item in items if (key := key_of(item)) and item.nodeid in passed(key)]
    if before:
        config.stash[_BEFORE] = len(before)
        config.hook.pytest_deselected(items=before)
        items[:] = [item for item in items if item not in set(before)]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say what was taken out."""
    if number := config.stash[_BEFORE]:
        text = f"{number} passed before on the same files and did not run: --again runs them"
        terminalreporter.write_line(text)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, object, object]:
    """Keep the verdict of one test, if it passed from its setup to its teardown."""
    failed = item.session.testsfailed
    result = yield
    key = key_of(item)
    if key and item.session.testsfailed == failed and not item.stash.get(_SKIPPED, False):
        item.config.stash[_PASSED].setdefault(key, set()).add(item.nodeid)
    return result


_SKIPPED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note what was skipped: it has passed nothing."""
    report = yield
    if report.skipped:
        item.stash[_SKIPPED] = True
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the verdicts down."""
    for key, names in session.config.stash[_PASSED].items():
        path = _file(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(sorted(names | passed(key))), "utf-8")


def key_of(item: pytest.Item) -> str:
    """Return the key of all that a test depends on; "" for one that is not kept."""
    marker = item.get_closest_marker("kept")
    return "" if marker is None else _key(item.path, *marker.args)


@cache
def _key(module: Path, *folders: str) -> str:
    digest = hashlib.sha256(_environment().encode())
    helpers = [path for path in (ROOT / "tests").rglob("*.py") if path.name[:5] != "test_"]
    named = [file for folder in (*_ALWAYS, *folders) for file in _files(ROOT / folder)]
    for file in sorted({module, *helpers, *named}):
        digest.update(f"{file.relative_to(ROOT)} {_digest(file)}\n".encode())
    return digest.hexdigest()[:24]


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise pytest.UsageError(f"a test marked `kept` depends on {path.name}, which is not there")
    return [path] if path.is_file() else [p for p in path.rglob("*") if _counts(p)]


def _counts(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts


@cache
def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@cache
def _environment() -> str:
    packages = sorted({f"{found.name}=={found.version}" for found in distributions()})
    return "\n".join([sys.version, platform.platform(), *packages])


def passed(key: str) -> set[str]:
    """Return the names of the tests that passed with a key."""
    try:
        return set(json.loads(_file(key).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return set()


def _file(key: str) -> Path:
    return ROOT / ".cache" / "tests" / f"{key}.json"
