"""Both languages say the same: same pages, same headings, same fences, same numbers."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import ROOT

EN, ZH = ROOT / "docs" / "en", ROOT / "docs" / "zh"
PAGES = sorted(path.relative_to(EN).as_posix() for path in EN.rglob("*.md"))
FENCE = re.compile(r"^( *)(`{3,}|~{3,})([^\n]*)\n(.*?)^\1\2 *$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^(#{1,6}) (.+)$", re.MULTILINE)
IDENTITY = re.compile(r"\{ #([a-z0-9-]+) \}$")
MEASURE = re.compile(r"\[((?:\\.|\[[^\]]*\]|[^\[\]])*)\]\((measure:[^)]*)\)")


def source(folder: Path, page: str) -> str:
    """Return a page's Markdown."""
    return (folder / page).read_text("utf-8")


def fences(text: str) -> list[tuple[str, str]]:
    """Return (header, body) of a page's fences; bodies without their indentation."""
    return [(m[3].strip(), re.sub(rf"(?m)^{m[1]}", "", m[4])) for m in FENCE.finditer(text)]


def headings(text: str) -> list[tuple[str, str]]:
    """Return (level, rest of the line) of a page's headings, fences left out."""
    return [(m[1], m[2]) for m in HEADING.finditer(FENCE.sub("", text))]


def test_there_are_pages() -> None:
    """The following tests have something to look at."""
    assert len(PAGES) > 5


def test_every_page_exists_in_both_languages() -> None:
    """The same paths under docs/en and docs/zh."""
    files = [{p.relative_to(d).as_posix() for p in d.rglob("*") if p.is_file()} for d in (EN, ZH)]
    assert files[0] == files[1]


@pytest.mark.parametrize("page", PAGES)
def test_headings_have_the_same_ids(page: str) -> None:
    """Every heading has an explicit English id, the same in both languages, at the same level."""
    found = []
    for folder in (EN, ZH):
        lines = headings(source(folder, page))
        unnamed = [text for _, text in lines if not IDENTITY.search(text)]
        assert not unnamed, f"{folder.name}/{page}: headings without {{ #id }}: {unnamed}"
        found.append([(level, IDENTITY.search(text)[1]) for level, text in lines])  # type: ignore[index]
    assert found[0] == found[1]
    ids = [identity for _, identity in found[0]]
    assert len(ids) == len(set(ids)), f"{page}: an id stands twice"


@pytest.mark.parametrize("page", PAGES)
def test_fences_are_the_same(page: str) -> None:
    """The same programs, tables and code in the same order, to the letter."""
    assert fences(source(EN, page)) == fences(source(ZH, page))


@pytest.mark.parametrize("page", PAGES)
def test_numbers_are_the_same(page: str) -> None:
    """Both languages read the same numbers from the same runs."""
    english, chinese = (Counter(MEASURE.findall(source(folder, page))) for folder in (EN, ZH))
    assert english == chinese


@pytest.mark.parametrize("folder", [EN, ZH], ids=["en", "zh"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_a_title_and_a_description(folder: Path, page: str) -> None:
    """Search results and previews say what a page is about, in at most 155 characters."""
    front = re.match(r"---\n(.*?)\n---\n", source(folder, page), re.DOTALL)
    assert front, f"{folder.name}/{page} has no front matter"
    values = dict(line.split(": ", 1) for line in front[1].splitlines() if ": " in line)
    assert values.get("title")
    description = values.get("description", "").strip('"')
    assert 10 <= len(description) <= 155, f"{len(description)} characters: {description}"


@pytest.mark.parametrize("page", PAGES)
def test_chinese_uses_chinese_punctuation(page: str) -> None:
    """After a Chinese character stands a full-width mark, never a Latin one."""
    text = FENCE.sub("", source(ZH, page))
    text = re.sub(r"`[^`]*`", "", text)
    wrong = re.findall(r".{0,12}[\u4e00-\u9fff][,;!?].{0,6}", text)
    assert not wrong, wrong
