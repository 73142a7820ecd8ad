"""What CONTRIBUTING.md points to is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.conftest import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def functions(path: Path) -> set[str]:
    """Return the names of a module's functions."""
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_fault_has_a_test_that_exists() -> None:
    """A row of the table of faults names tests, and they are there."""
    table = TEXT.partition("## What can go wrong")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 20
    for row in rows:
        named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", row)
        assert named, row
        for file, name in named:
            (path,) = (ROOT / "tests").rglob(file)
            assert name in functions(path), f"{file}::{name}"


def test_every_room_is_in_the_table_of_rooms() -> None:
    """And the table names no room that is gone."""
    table = TEXT.partition("## The machinery, room by room")[2].partition("\n## ")[0]
    firsts = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = {name.rstrip("/") for first in firsts for name in re.findall(r"`([\w/]+)`", first)}
    rooms = (ROOT / "docs" / "stopwatch").iterdir()
    there = {path.stem for path in rooms if path.name not in {"__init__.py", "__pycache__"}}
    assert named == there
