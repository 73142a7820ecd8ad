"""The cache: whole files or none, keyed by content."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from stopwatch.cache import Cache, CacheError, key_of
from stopwatch.model import Lane, Line, Run, Segment
from stopwatch.snippets import read_snippet
from tests.project import add_program, make_project

RUN = Run(
    snippet="page/one.py",
    python="3.13.0",
    imports=1.5,
    total=20.25,
    exit=0,
    error=None,
    output=(Line(0.5, "stdout", "main", "héllo <script>", lane=1, line=3),),
    lanes=(Lane(1, "main", "task", None, 0.1, 20.0, "error", "ValueError", "main"),),
    segments=(Segment(1, None, 0.1, 0.2, 0.3, None, 3, "sleep", (1,)),),
    left_out=2,
)


def test_a_run_comes_back_as_it_was(tmp_path: Path) -> None:
    """To JSON and back, through a file, nothing is lost."""
    cache = Cache(tmp_path)
    assert cache.get("key") is None
    cache.put("key", RUN)
    assert cache.get("key") == RUN
    assert Run.from_json(RUN.to_json()) == RUN


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", '{"output": 3}', '{"snippet": "x"}'])
def test_what_is_no_run_is_refused(text: str) -> None:
    """Reading anything else is a ValueError, never half a run."""
    with pytest.raises(ValueError, match=r".*"):
        Run.from_json(text)


def test_a_failed_write_leaves_the_old_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk while a run is written: the error is raised, the file before it stays."""
    cache = Cache(tmp_path)
    cache.put("key", RUN)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(CacheError, match="No space left"):
        cache.put("key", replace(RUN, total=99.0))
    monkeypatch.undo()
    assert cache.get("key") == RUN
    assert [path.name for path in tmp_path.iterdir()] == ["key.json"]


def test_the_key_is_content(tmp_path: Path) -> None:
    """The same bytes give the same key, another byte another; time and place don't count."""
    here = make_project(tmp_path / "a", one="print(1)")
    there = make_project(tmp_path / "b", one="print(1)")
    key = key_of(read_snippet(here, "page/one.py"), here)
    assert key == key_of(read_snippet(there, "page/one.py"), there)
    add_program(here, "one", "print(2)")
    assert key != key_of(read_snippet(here, "page/one.py"), here)
