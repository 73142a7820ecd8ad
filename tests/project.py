"""A small project in a temporary folder, to build and to break."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent


def make_project(folder: Path, **programs: str) -> Path:
    """Write a project whose page "page" has these programs, by name without ``.py``."""
    (folder / "snippets" / "page").mkdir(parents=True)
    (folder / "mkdocs.yml").write_text("site_name: Test\n")
    for name, source in programs.items():
        add_program(folder, name, source)
    return folder


def add_program(folder: Path, name: str, source: str) -> Path:
    """Write or replace one program of the project's page and return its path."""
    path = folder / "snippets" / "page" / f"{name}.py"
    path.write_text(dedent(source).lstrip("\n"), encoding="utf-8")
    return path
