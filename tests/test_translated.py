"""A translation that is older than its English page is known for it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stopwatch.__main__ import main
from stopwatch.translated import TranslationError, mark, record_of, stale
from tests.conftest import ROOT
from tests.small_site import add, build, make_small_site, write

pytestmark = pytest.mark.kept("docs/en", "docs/zh", "docs/zh.translated.toml")


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """The two languages of a small site."""
    root = make_small_site(tmp_path)
    return root / "docs/en", root / "docs/zh"


def test_a_page_that_was_never_compared_is_stale(folders: tuple[Path, Path]) -> None:
    """Until somebody says that the translation is up to date."""
    assert stale(*folders) == ["index.md", "start/first.md"]
    assert mark(*folders) == ["index.md", "start/first.md"]
    assert stale(*folders) == []


def test_a_page_whose_english_text_changes_becomes_stale(folders: tuple[Path, Path]) -> None:
    """That page alone, until it is marked again; a change of the translation is none."""
    english, chinese = folders
    mark(*folders)
    add(chinese.parents[1], "docs/zh/index.md", "译文")
    assert stale(*folders) == []
    add(english.parents[1], "docs/en/start/first.md", "News.")
    assert stale(*folders) == ["start/first.md"]
    assert mark(english, chinese, ["docs/zh/start/first.md"]) == ["start/first.md"]
    assert stale(*folders) == []


def test_lines_broken_elsewhere_are_no_change(folders: tuple[Path, Path]) -> None:
    """What counts are the words."""
    english, _ = folders
    mark(*folders)
    page = english / "index.md"
    page.write_text(page.read_text("utf-8").replace(" small ", "\nsmall "), "utf-8")
    assert stale(*folders) == []


def test_a_page_that_is_gone_leaves_the_record(folders: tuple[Path, Path]) -> None:
    """The record holds the pages there are, in order, one to a line."""
    mark(*folders)
    (folders[1] / "start/first.md").unlink()
    mark(*folders)
    record = record_of(folders[1]).read_text("utf-8")
    assert re.findall(r'^"(.*)" = "[0-9a-f]{12}"$', record, re.MULTILINE) == ["index.md"]


def test_a_page_that_is_not_there_is_said(folders: tuple[Path, Path]) -> None:
    """A misspelt name marks nothing."""
    with pytest.raises(TranslationError, match="start/frist"):
        mark(*folders, ["start/frist"])
    assert stale(*folders)


def test_the_command_marks_all_pages_or_those_named(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says which, and a wrong name is a wrong call."""
    monkeypatch.chdir(folders[0].parents[1])
    assert main(["translated", "start/first"]) == 0
    assert "start/first.md" in capsys.readouterr().out
    assert stale(*folders) == ["index.md"]
    assert main(["translated"]) == 0
    assert stale(*folders) == []
    assert main(["translated", "nowhere"]) == 2


def test_the_reader_of_a_stale_page_is_told(tmp_path: Path) -> None:
    """With a link to the English page; the build lists the page, and does not fail."""
    root = make_small_site(tmp_path)
    mark(root / "docs/en", root / "docs/zh")
    write(root, "docs/en/index.md", (root / "docs/en/index.md").read_text("utf-8") + "\nMore.\n")
    status, output = build(root, "--strict")
    assert status == 0, output
    assert "INFO" in next(line for line in output.splitlines() if "index.md" in line)
    assert "start/first.md" not in output
    home = (root / "site/zh/index.html").read_text("utf-8")
    assert 'class="sw-stale"' in home
    assert re.search(r"sw-stale[^\n]*href=\"[.]./[.]/\"", home)
    assert "sw-stale" not in (root / "site/zh/start/first/index.html").read_text("utf-8")
    assert "sw-stale" not in (root / "site/index.html").read_text("utf-8")


def test_a_damaged_record_ends_a_build_in_one_message(tmp_path: Path) -> None:
    """It names the file and the line."""
    root = make_small_site(tmp_path)
    write(root, "docs/zh.translated.toml", "= damaged")
    status, output = build(root)
    assert status == 1
    assert "docs/zh.translated.toml: Invalid statement (at line 1" in output
    assert "Traceback" not in output


def test_the_record_names_existing_pages() -> None:
    """docs/zh.translated.toml is no older than the pages it speaks of."""
    english, chinese = ROOT / "docs/en", ROOT / "docs/zh"
    recorded = re.findall(r'^"(.*)" =', record_of(chinese).read_text("utf-8"), re.MULTILINE)
    assert [page for page in recorded if not (english / page).is_file()] == []
