"""Finished pages: taken from the last build as long as all they are made of is the same."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from stopwatch.store import Store
from tests.small_site import PROGRAM, ROOT, add, build, contents, make_small_site, write

pytestmark = pytest.mark.kept()

MARK = "<!-- from the last build -->"
LISTING = """\
```python exec="on" html="on"
from stopwatch import listing
print(listing("first/program.py"))
```
"""
FIRST, HOME = "start/first/index.html", "index.html"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small site that was built once, each of its pages marked where it is kept."""
    root = make_small_site(tmp_path_factory.mktemp("kept"))
    status, said = build(root)
    assert status == 0, said
    for language in ("en", "zh"):
        store = pages(root, language)
        for name in ("index", "start-first"):
            page = json.loads(store.get(name) or "")
            page["html"] += MARK
            store.put(name, json.dumps(page))
    return root


@pytest.fixture
def site(built: Path, tmp_path: Path) -> Path:
    """Return a copy of that site, to build again."""
    return shutil.copytree(built, tmp_path / "project")


def pages(root: Path, language: str) -> Store:
    """Return where `mkdocs build` keeps a language's pages."""
    return Store(root / ".cache" / "stopwatch" / "pages" / f"{language}-build")


def kept(root: Path, **environment: str) -> set[str]:
    """Build again and return which pages were taken from the last build."""
    status, said = build(root, **environment)
    assert status == 0, said
    files = (root / "site").rglob("*.html")
    return {
        path.relative_to(root / "site").as_posix()
        for path in files
        if MARK in path.read_text("utf-8")
    }


def test_what_nothing_has_touched_is_kept(site: Path) -> None:
    """In both languages, and in every other file of the site nothing changes."""
    before = contents(site / "site")
    assert kept(site) == {HOME, FIRST, f"zh/{HOME}", f"zh/{FIRST}"}
    after = contents(site / "site")
    assert before.keys() == after.keys()
    different = {name for name in before if before[name] != after[name]}
    # What holds the pages, or their digests: beside them the archives and the workers.
    assert {name for name in different if name.endswith((".json", ".md", ".png", ".txt"))} == set()


def test_a_build_of_kept_pages_is_the_same_build(tmp_path: Path) -> None:
    """Byte for byte, search index, archive and worker too, however a page shows its program."""
    root = make_small_site(tmp_path)
    add(root, "docs/en/start/first.md", LISTING)
    assert build(root)[0] == 0
    fresh = contents(root / "site")
    assert build(root)[0] == 0
    assert contents(root / "site") == fresh
    assert pages(root, "zh").get("start-first")


CHANGES: dict[str, tuple[Callable[[Path], None], set[str]]] = {
    "a page": (lambda root: add(root, "docs/en/index.md", "More."), {f"zh/{HOME}", f"zh/{FIRST}"}),
    "the other page": (
        lambda root: add(root, "docs/zh/start/first.md", "多。"),
        {HOME, FIRST, f"zh/{HOME}"},
    ),
    "a program": (
        lambda root: write(root, "snippets/first/program.py", PROGRAM.replace("porridge", "tea")),
        {HOME, f"zh/{HOME}"},
    ),
    "a title": (
        lambda root: replace(root, "docs/en/start/first.md", "title: First", "title: Begin"),
        {f"zh/{HOME}", f"zh/{FIRST}"},
    ),
    "the configuration": (
        lambda root: add(root, "mkdocs.yml", "copyright: nobody"),
        {f"zh/{HOME}", f"zh/{FIRST}"},
    ),
    "another page": (
        lambda root: write(root, "docs/zh/more.md", "---\ntitle: 多\n---\n\n# 多 { #more }\n"),
        {HOME, FIRST},
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_an_edit_touches_is_made_again(site: Path, what: str) -> None:
    """And nothing else; the home page's text stands for its picture on every page."""
    edit, untouched = CHANGES[what]
    edit(site)
    assert kept(site) == untouched


def test_where_the_sources_are_is_on_every_page(site: Path) -> None:
    """What the environment says counts, as what mkdocs.yml says does."""
    assert kept(site, REPO_URL="https://example.org/owner/name") == set()


@pytest.mark.slow
def test_what_is_no_text_in_the_configuration_counts(site: Path) -> None:
    """A date, say, that a template may show."""
    add(site, "mkdocs.yml", "extra: {released: 2026-01-01}")
    assert kept(site) == {f"zh/{HOME}", f"zh/{FIRST}"}
    before = pages(site, "en").get("index")
    replace(site, "mkdocs.yml", "2026-01-01", "2026-01-02")
    build(site)
    assert pages(site, "en").get("index") not in (before, None)


@pytest.mark.slow
def test_a_heading_that_is_a_title_is_on_every_page(site: Path) -> None:
    """Where no front matter says another."""
    replace(site, "docs/en/start/first.md", "title: First\n", "")
    build(site)
    replace(site, "docs/en/start/first.md", "# First {", "# Breakfast {")
    build(site)
    assert "Breakfast" in (site / "site" / HOME).read_text("utf-8")


@pytest.mark.slow
def test_an_icon_is_on_every_page(tmp_path: Path) -> None:
    """Templates put it there whole."""
    root = make_small_site(tmp_path)
    shutil.copytree(ROOT / "docs" / "theme", root / "docs" / "theme")
    for config in ("mkdocs.yml", "docs/zh.yml"):
        replace(root, config, f"custom_dir: {ROOT}", f"custom_dir: {root}")
    assert build(root)[0] == 0
    replace(root, "docs/theme/.icons/stopwatch/lanes.svg", "<svg", '<svg class="other"')
    assert build(root)[0] == 0
    for page in (FIRST, f"zh/{HOME}"):
        assert '<svg class="other"' in (root / "site" / page).read_text("utf-8")


def test_a_damaged_page_is_made_again(site: Path) -> None:
    """What can't be believed is not published."""
    file = pages(site, "en").folder / "start-first.json"
    file.write_text(file.read_text("utf-8").replace("marmalade", "ham"), "utf-8")
    assert FIRST not in kept(site)
    assert "marmalade" in (site / "site" / FIRST).read_text("utf-8")


def test_what_other_code_kept_is_passed_over(site: Path) -> None:
    """Whatever form it has."""
    pages(site, "en").put("start-first", '{"html": "<p>old</p>", "version": 1}')
    assert FIRST not in kept(site)
    assert "marmalade" in (site / "site" / FIRST).read_text("utf-8")


def test_a_mistake_is_told_in_every_build(site: Path) -> None:
    """A page with a dead link is not finished, whatever else happens."""
    add(site, "docs/en/start/first.md", "[nowhere](nowhere.md)")
    for _ in range(2):
        status, said = build(site)
        assert status == 0
        assert "nowhere.md" in said


def test_links_of_kept_pages_are_checked(site: Path) -> None:
    """One that was good becomes bad when the heading that it leads to goes."""
    replace(site, "docs/en/start/first.md", "{ #first }", "{ #renamed }")
    status, said = build(site)
    assert status == 0
    assert MARK in (site / "site" / HOME).read_text("utf-8")
    assert "does not contain an anchor '#first'" in said


def test_pages_that_are_gone_are_forgotten(site: Path) -> None:
    """What is kept doesn't grow."""
    write(site, "docs/en/more.md", "---\ntitle: More\n---\n\n# More { #more }\n")
    build(site)
    assert pages(site, "en").get("more")
    (site / "docs/en/more.md").unlink()
    build(site)
    assert pages(site, "en").get("more") is None
    assert pages(site, "en").get("start-first")


def replace(root: Path, name: str, old: str, new: str) -> None:
    """Edit one source file."""
    text = (root / name).read_text("utf-8")
    assert old in text
    write(root, name, text.replace(old, new))
