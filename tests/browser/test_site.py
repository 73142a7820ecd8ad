"""The whole site in a real browser: every page for everybody, found by search, read in any way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.inspection import Inspection, axe, inspect_all, open_everything
from tests.conftest import ROOT
from tests.whole_site import LANGUAGES, packed, pages, served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Opener = Callable[..., Page]
GATHER = "patterns/gather/"
REQUESTS = 12
FIRST_LOAD = 150_000  # bytes over the wire


@pytest.fixture(scope="module")
def address(whole_site: Path) -> Iterator[str]:
    """Where the whole site is served, below a path as on its host."""
    with served(whole_site) as address:
        yield address


@pytest.fixture(scope="module")
def inspections(browser: Browser, whole_site: Path, address: str) -> dict[str, Inspection]:
    """What was found on each page of the site; ``browser`` skips where there is none."""
    return inspect_all(pages(whole_site), address)


# Every page


def told(by_page: dict[str, list[str]]) -> str:
    """Return what was found, a line each."""
    return "\n".join(f"{path or 'home'}: {line}" for path, lines in by_page.items() for line in lines)


def test_axe_finds_nothing(inspections: dict[str, Inspection]) -> None:
    """On no page, in both schemes, with everything opened."""
    findings = told({path: found.axe for path, found in inspections.items()})
    assert not findings, findings


def test_no_page_complains(inspections: dict[str, Inspection]) -> None:
    """No script fails, nothing is missing, the policy forbids nothing that is there."""
    complaints = told({path: found.complaints for path, found in inspections.items()})
    assert not complaints, complaints


def test_no_page_asks_anybody_else(inspections: dict[str, Inspection]) -> None:
    """Whatever is opened, nobody but the site's own host hears of it."""
    foreign = told({path: found.foreign for path, found in inspections.items()})
    assert not foreign, foreign


def test_no_page_is_wider_than_a_phone(inspections: dict[str, Inspection]) -> None:
    """Nor wider than what 200 % leaves of a window, with everything opened."""
    too_wide = told({path: found.too_wide for path, found in inspections.items()})
    assert not too_wide, too_wide


def test_a_first_visit_is_light(
    inspections: dict[str, Inspection], whole_site: Path, address: str
) -> None:
    """Few requests and few bytes, search included, on every page."""
    for path, found in inspections.items():
        files = [whole_site / url.removeprefix(address).split("?")[0] for url in found.first_load]
        files = [file / "index.html" if file.is_dir() else file for file in files]
        weight = sum(len(packed(file)) for file in files)
        assert len(files) <= REQUESTS, (path, found.first_load)
        if "labs/" not in path:
            assert weight <= FIRST_LOAD, (path, weight)


# Search


@pytest.fixture
def search(open_tab: Opener, address: str) -> Callable[[str, str], list[tuple[str, str]]]:
    """A function from a language's root and a query to the addresses and titles found, in order."""
    tabs: dict[str, Page] = {}

    def search(language: str, query: str) -> list[tuple[str, str]]:
        if language not in tabs:
            tabs[language] = open_tab(address + language)
        return found_by(tabs[language], query)

    return search


def found_by(page: Page, query: str) -> list[tuple[str, str]]:
    """Paste a query into the search; return the addresses and titles found, in order."""
    box = page.locator(".md-search__input")
    box.click()
    box.fill("")
    box.press("Shift")  # The theme listens for keys.
    expect(page.locator(".md-search-result__item")).to_have_count(0)
    page.keyboard.insert_text(query)
    box.press("Shift")
    expect(page.locator(".md-search-result__meta")).not_to_have_text(re.compile("…|Type|键入"))
    page.wait_for_timeout(300)
    results = page.locator(".md-search-result__item > a.md-search-result__link")
    found = [
        (result.get_attribute("href") or "", result.locator("h1, h2").first.inner_text())
        for result in results.all()
    ]
    return [(link, title.replace("\u200b", "")) for link, title in found]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_found_by_its_title(
    search: Callable[[str, str], list[tuple[str, str]]], whole_site: Path, language: str
) -> None:
    """Among the first five results."""
    missed = []
    for path in pages(whole_site):
        in_chinese = path.startswith("zh/")
        if path.endswith(".html") or in_chinese != bool(language) or path == language:
            continue
        html = (whole_site / path / "index.html").read_text("utf-8")
        heading = re.search(r"<h1[^>]*>(.*?)<a class=\"headerlink\"", html, re.DOTALL)
        assert heading, path
        title = re.sub(r"<[^>]+>|\u200b", "", heading[1]).strip()
        found = [link for link, _ in search(language, title)[:5]]
        if not any(f"/{path}" in link.split("?")[0] for link in found):
            missed.append((path, title, found))
    assert missed == []


@pytest.mark.parametrize(
    ("language", "query", "page"),
    [
        ("", "marmalade of nothing", None),
        ("", "kitchen", "start/kitchen/"),
        ("", "coroutine 'main' was never awaited", None),
        ("", "RuntimeWarning: coroutine 'main' was never awaited", None),
        ("", "asyncio.to_thread", "blocking/to-thread/"),
        ("", "to_thread", "blocking/to-thread/"),
        ("", "return_exceptions=True", "patterns/gather/"),
        ("", "非同步", "glossary/"),
        ("", "執行緒", "glossary/"),
        ("zh/", "厨房", "zh/start/kitchen/"),
        ("zh/", "事件循环", "zh/"),
        ("zh/", "coroutine 'main' was never awaited", None),
        ("zh/", "asyncio.to_thread", "zh/blocking/to-thread/"),
        ("zh/", "return_exceptions=True", "zh/patterns/gather/"),
        ("zh/", "非同步", "zh/glossary/"),
        ("zh/", "執行緒", "zh/glossary/"),
    ],
)
def test_search(
    search: Callable[[str, str], list[tuple[str, str]]], language: str, query: str, page: str | None
) -> None:
    """Titles, text, messages pasted whole, names of functions, Taiwan's words."""
    found = [link for link, _ in search(language, query)]
    print(query, found[:5])
    assert found
