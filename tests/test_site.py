"""The real site, built as it is published: both languages whole, linked together, and alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from posixpath import normpath
from urllib.parse import urljoin, urlsplit

import pytest

from tests.conftest import ROOT
from tests.whole_site import SITE_URL


@pytest.fixture(scope="module")
def site(whole_site: Path) -> Path:
    """The site, built strictly, as if for a folder of a host."""
    return whole_site


@dataclass
class Document(HTMLParser):
    """A page: its elements as (tag, attributes), and the text of each element with a class."""

    html: str
    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[str] = []
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.elements.append((tag, attributes))
        self._open = attributes.get("class", "").split()
        for name in self._open:
            self.texts.setdefault(name, []).append("")

    def handle_data(self, data: str) -> None:
        for name in self._open:
            self.texts[name][-1] += data

    def handle_endtag(self, tag: str) -> None:
        self._open = []

    def all(self, tag: str, name: str) -> Iterator[str]:
        """Yield the values of an attribute of all elements with that tag."""
        return (attrs[name] for found, attrs in self.elements if found == tag and name in attrs)


@cache
def pages(site: Path) -> dict[str, Document]:
    """Return all pages by their addresses below the site's root."""
    files = [file for file in site.rglob("*.html") if file.name != "404.html"]
    return {address(file, site): Document(file.read_text("utf-8")) for file in files}


def address(file: Path, site: Path) -> str:
    """Return the address of a file below the site's root: "", "zh/start/kitchen/"."""
    return file.relative_to(site).as_posix().removesuffix("index.html")


def test_every_page_is_there_in_both_languages(site: Path) -> None:
    """Under the same path, and in the language it says."""
    documents = pages(site)
    chinese = {path.removeprefix("zh/") for path in documents if path.startswith("zh/")}
    english = {path for path in documents if not path.startswith("zh/")}
    assert english == chinese
    assert len(english) >= 5
    for path, document in documents.items():
        language = "zh-CN" if path.startswith("zh/") else "en"
        assert list(document.all("html", "lang")) == [language]


def test_the_same_runs_stand_in_both_languages(site: Path) -> None:
    """The same logs with the same times, and the same numbers in the prose."""
    documents = pages(site)
    shown = 0
    for path, english in documents.items():
        if not path.startswith("zh/"):
            chinese = documents[f"zh/{path}"]
            for name in ("sw-file", "t", "text", "sw-number"):
                assert sorted(english.texts.get(name, [])) == sorted(chinese.texts.get(name, []))
            shown += len(english.texts.get("text", []))
    assert shown > 50


def test_the_switch_leads_to_the_same_page_under_any_address(site: Path) -> None:
    """Its links are relative, and what they lead to is there."""
    for path, document in pages(site).items():
        links = {
            attrs["hreflang"]: attrs["href"]
            for tag, attrs in document.elements
            if tag == "a" and "hreflang" in attrs
        }
        page = path.removeprefix("zh/")
        assert urljoin(f"/deep/{path}", links["en"]) == f"/deep/{page}"
        assert urljoin(f"/deep/{path}", links["zh"]) == f"/deep/zh/{page}"


def test_search_engines_learn_of_the_other_language(site: Path) -> None:
    """Canonical and alternate addresses are absolute, in pages and site maps."""
    for path, document in pages(site).items():
        page = path.removeprefix("zh/")
        links = {
            (attrs["rel"].strip(), attrs.get("hreflang")): attrs["href"]
            for tag, attrs in document.elements
            if tag == "link"
        }
        assert links["canonical", None] == f"{SITE_URL}{path}"
        assert links["alternate", "en"] == links["alternate", "x-default"] == f"{SITE_URL}{page}"
        assert links["alternate", "zh"] == f"{SITE_URL}zh/{page}"
        sitemap = (site / ("zh" if path.startswith("zh/") else "") / "sitemap.xml").read_text()
        assert f"<loc>{SITE_URL}{path}</loc>" in sitemap
        assert f'hreflang="zh" href="{SITE_URL}zh/{page}"' in sitemap


_LOADS = {
    "script": "src",
    "link": "href",
    "img": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "iframe": "src",
    "object": "data",
    "embed": "src",
    "use": "href",
}
_NOT_LOADED = {"canonical", "alternate", "prev", "next"}
_IN_CSS = re.compile(r"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)""")


def test_no_page_asks_anybody_else_for_anything(site: Path) -> None:
    """Scripts, styles, images and fonts come from the site itself."""
    for path, document in pages(site).items():
        for tag, attrs in document.elements:
            if not _NOT_LOADED & set(attrs.get("rel", "").split()):
                assert is_ours(attrs.get(_LOADS.get(tag, ""), "")), f"{path}: {attrs}"
            assert is_ours(attrs.get("srcset", ""))
        for style in find_in_css(document.html):
            assert is_ours(style), f"{path}: {style}"
        # The theme would fetch the library that draws these.
        assert "mermaid" not in document.texts
    for file in site.rglob("*.css"):
        for style in find_in_css(file.read_text("utf-8")):
            assert is_ours(style), f"{file.name}: {style}"


def find_in_css(text: str) -> Iterator[str]:
    """Yield what a style sheet, or the styles in a page, would load."""
    return (first or second for first, second in _IN_CSS.findall(text))


def is_ours(link: str) -> bool:
    """Tell whether a link stays on the site."""
    return not urlsplit(link).netloc


def test_every_program_can_be_downloaded(site: Path) -> None:
    """Byte for byte, from both languages, and every card's link leads to its file."""
    for folder in (site, site / "zh"):
        for program in (ROOT / "snippets").rglob("*.py"):
            copy = folder / program.relative_to(ROOT)
            assert copy.read_bytes() == program.read_bytes()
    for path, document in pages(site).items():
        for tag, attrs in document.elements:
            if tag == "a" and "download" in attrs:
                assert (site / path / attrs["href"]).resolve().is_file(), f"{path}: {attrs['href']}"


def test_no_page_tells_where_it_was_built(site: Path) -> None:
    """Neither the folder of the project nor the home folder of who built it."""
    for path, document in pages(site).items():
        assert str(ROOT) not in document.html, path
        assert f"{Path.home()}/" not in document.html, path


def test_no_page_shows_a_mistake(site: Path) -> None:
    """What went wrong while building is not on any page."""
    for path, document in pages(site).items():
        assert "sw-error" not in document.texts, path


_IN_NAV = re.compile(r"- (?:.*: )?(\S+\.(?:md|py))$", re.MULTILINE)


def test_both_configurations_name_the_same_pages() -> None:
    """In the same order, so that "next" leads the same way in both languages."""
    english, chinese = (re.findall(_IN_NAV, text) for text in configs())
    assert english == chinese
    assert len(english) == len(set(english)) >= 5


_WORD = re.compile(r"^    ([a-z]+\.[a-z]+): ", re.MULTILINE)


def test_the_chinese_site_has_all_words_of_its_own() -> None:
    """It inherits what it doesn't say itself, in English."""
    english, chinese = (set(re.findall(_WORD, text)) for text in configs())
    assert "clipboard.copy" in english
    assert english <= chinese


def test_an_address_that_leads_nowhere_leads_on(site: Path) -> None:
    """One page for both languages, with a way into each."""
    for folder in (site, site / "zh"):
        links = Document((folder / "404.html").read_text("utf-8")).all("a", "href")
        leading = {normpath(link) for link in links if link.startswith("/")}
        root = min(leading, key=len)
        assert {f"{root}/course", f"{root}/zh", f"{root}/zh/course"} <= leading


def configs() -> list[str]:
    """Return the text of both configurations."""
    return [(ROOT / name).read_text("utf-8") for name in ("mkdocs.yml", "docs/zh.yml")]
