"""The shelf of what was drawn of runs: taken if nothing has changed, drawn anew if anything has."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from stopwatch import embed
from stopwatch.shelf import Shelf, makers
from stopwatch.snippets import read_snippet
from tests.conftest import ROOT


def put(file: Path, *texts: str) -> list[str]:
    """Have a build draw these texts, and return those it really drew."""
    drawn: list[str] = []

    def draw(text: str) -> str:
        drawn.append(text)
        return text

    shelf = Shelf(file)
    for text in texts:
        shelf.take((text,), partial(draw, text))
    shelf.save()
    return drawn


def test_what_was_drawn_is_not_drawn_again(tmp_path: Path) -> None:
    """In the next build, which finds it by what it was made from."""
    file = tmp_path / "drawn.json"
    assert put(file, "a", "b") == ["a", "b"]
    assert put(file, "a", "c") == ["c"]


def test_what_was_not_used_is_dropped(tmp_path: Path) -> None:
    """So the shelf doesn't grow."""
    file = tmp_path / "drawn.json"
    put(file, "a", "b")
    put(file, "a")
    assert put(file, "a", "b") == ["b"]


@pytest.mark.parametrize("damage", ["", "{", "[1]", '{"x": 1}', "\0"])
def test_a_damaged_shelf_is_an_empty_one(tmp_path: Path, damage: str) -> None:
    """Nothing is shown that can't be read."""
    file = tmp_path / "drawn.json"
    file.write_text(damage)
    assert put(file, "a") == ["a"]
    assert put(file, "a") == []


def test_a_shelf_that_says_something_else_is_an_empty_one(tmp_path: Path) -> None:
    """A damaged number is still a number."""
    file = tmp_path / "drawn.json"
    put(file, "2.01 s")
    file.write_text(file.read_text("utf-8").replace("2.01", "3.01"), "utf-8")
    assert put(file, "2.01 s") == ["2.01 s"]


def test_a_shelf_that_cannot_be_written_is_no_harm(tmp_path: Path) -> None:
    """The build has its pictures all the same."""
    blocked = tmp_path / "file"
    blocked.touch()
    assert put(blocked / "drawn.json", "a") == ["a"]


def test_another_machine_draws_for_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache may come from one with more processors, and pages say which made them."""
    file = tmp_path / "drawn.json"
    put(file, "a")
    monkeypatch.setattr(os, "cpu_count", lambda: 99)
    makers.cache_clear()
    assert put(file, "a") == ["a"]
    makers.cache_clear()


def test_a_new_run_is_drawn_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A card belongs to one run: recorded again, the program gets another."""
    name = "gather/order.py"
    monkeypatch.setattr(embed, "_shelf", Shelf(tmp_path / "drawn.json"))
    monkeypatch.setattr(embed, "_site", embed.Site(ROOT))
    run = embed._result(read_snippet(ROOT, name))
    drawn = []

    def draw() -> str:
        drawn.append(run.digest)
        return "card"

    for digest in ("one", "one", "two", ""):
        run = replace(run, digest=digest)
        embed._drawn(("look",), [run], draw)
    assert drawn == ["one", "two", ""]
