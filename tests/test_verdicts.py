"""Which tests run by default, and which not again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.kept()

SUITE = """\
import pytest

@pytest.mark.kept("pages")
def test_kept(): assert not {failing}

@pytest.mark.kept("pages")
def test_skipped(): pytest.skip("not here")

def test_always(): pass

@pytest.mark.slow
def test_slow(): pass
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A project with a suite of its own, under the real plugin."""
    settings = (
        '[tool.pytest]\ntestpaths = ["tests"]\nmarkers = ["kept: k", "slow: s", "browser: b"]\n'
    )
    (tmp_path / "pyproject.toml").write_text(settings)
    for name in ("docs/stopwatch/a.py", "docs/theme/a.css", "docs/zh.yml", "mkdocs.yml", "pages/a"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    plugin = ROOT / "tests" / "verdicts.py"
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "verdicts.py").write_bytes(plugin.read_bytes())
    (tmp_path / "tests" / "test_a.py").write_text(SUITE.format(failing=False))
    return tmp_path


def ran(suite: Path, *arguments: str) -> list[str]:
    """Run the suite and return the names of the tests that ran."""
    command = [sys.executable, "-m", "pytest", "-v", "-p", "tests.verdicts", *arguments]
    done = subprocess.run(command, cwd=suite, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("tests/test_a.py::")]
    return sorted(line.split()[0].partition("::")[2] for line in lines)


def test_what_is_slow_runs_when_it_is_named(suite: Path) -> None:
    """By its marker or its file; not by default."""
    assert "test_slow" not in ran(suite)
    assert ran(suite, "-m", "slow") == ["test_slow"]
    assert "test_slow" in ran(suite, "tests/test_a.py")


@pytest.mark.slow
def test_what_passed_runs_again_when_something_changed(suite: Path) -> None:
    """One of the files it depends on; what was skipped, and what is not kept, runs always."""
    assert ran(suite) == ["test_always", "test_kept", "test_skipped"]
    assert ran(suite) == ["test_always", "test_skipped"]
    assert "test_kept" in ran(suite, "--again")
    assert "test_kept" in ran(suite, "tests/test_a.py")
    for name in ("pages/a", "docs/theme/a.css", "tests/test_a.py"):
        (suite / name).write_text((suite / name).read_text() + "\n")
        assert "test_kept" in ran(suite), name
        assert "test_kept" not in ran(suite), name


def test_what_failed_runs_again(suite: Path) -> None:
    """Until it passes, and so does it when the verdicts are damaged."""
    (suite / "tests" / "test_a.py").write_text(SUITE.format(failing=True))
    for _ in range(2):
        assert "test_kept" in ran(suite)
    (suite / "tests" / "test_a.py").write_text(SUITE.format(failing=False))
    assert "test_kept" in ran(suite)
    for file in (suite / ".cache" / "tests").iterdir():
        file.write_text("damaged")
    assert "test_kept" in ran(suite)
