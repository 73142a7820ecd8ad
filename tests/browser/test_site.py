"""The whole site in a real browser: every page for everybody, found by search, read in any way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.inspection import Inspection, axe, inspect_all, open_everything
from tests.conftest import ROOT
from tests.whole_site import LANGUAGES, packed, pages, served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Opener = Callable[..., Page]
GATHER = "patterns/gather/"
REQUESTS = 12
STILL: dict[str, Any] = {"reduced_motion": "reduce"}
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
    return "\n".join(
        f"{path or 'home'}: {line}" for path, lines in by_page.items() for line in lines
    )


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
    expect(page.locator(".md-search-result__meta")).not_to_have_text(
        re.compile("Initializing|Type|初始化|键入")
    )
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
        # A word of a title, and one that only stands in a text.
        ("", "kitchen", "start/kitchen/"),
        ("", "bagel", "start/kitchen/"),
        ("zh/", "厨房", "start/kitchen/"),
        ("zh/", "贝果", "start/kitchen/"),
        ("zh/", "事件循环", "basics/event-loop/"),
        # A message pasted whole.
        ("", "coroutine 'main' was never awaited", "basics/coroutines/"),
        ("", "RuntimeWarning: coroutine 'fetch' was never awaited", "basics/coroutines/"),
        ("zh/", "coroutine 'main' was never awaited", "basics/coroutines/"),
        # A name as it stands in code.
        ("", "asyncio.to_thread", "blocking/to-thread/"),
        ("zh/", "asyncio.to_thread", "blocking/to-thread/"),
        ("", "return_exceptions=True", "patterns/gather/"),
        ("zh/", "return_exceptions=True", "patterns/gather/"),
        # Taiwan's words.
        ("", "非同步", "glossary/"),
        ("", "執行緒", "glossary/"),
        ("zh/", "非同步", "glossary/"),
        ("zh/", "執行緒", "glossary/"),
    ],
)
def test_search_answers_what_readers_ask(
    search: Callable[[str, str], list[tuple[str, str]]], language: str, query: str, page: str
) -> None:
    """The page that explains it is among the first six, and all of them are in its language."""
    found = [link.partition("/async-measured/")[2] for link, _ in search(language, query)]
    places = list(dict.fromkeys(link.partition("?")[0] for link in found))
    assert f"{language}{page}" in places[:6], places
    assert all(place.startswith("zh/") == bool(language) for place in places)


def test_what_is_found_opens_at_its_place(open_tab: Opener, address: str) -> None:
    """A result leads to the heading, on a phone too, and what was looked for is marked."""
    page = open_tab(address, viewport={"width": 390, "height": 780})
    page.locator("label.md-header__button[for=__search]").click()
    link, _ = next(found for found in found_by(page, "coroutine object") if "#" in found[0])
    page.locator(f'a[href="{link}"]').click()
    expect(page).to_have_url(re.compile(r"\?h=.*#"))
    expect(page.locator("article mark").first).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_in_an_open_search(
    open_tab: Opener, address: str, language: str, width: int
) -> None:
    """With results, in both schemes, wide and narrow."""
    size = {"width": width, "height": 780}
    page = open_tab(address + language, viewport=size, **STILL)
    if width < 960:
        page.locator("label.md-header__button[for=__search]").click()
    assert found_by(page, "task")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(400)
        assert axe(page) == []


# Both languages


@pytest.mark.parametrize("width", [390, 1280])
def test_the_switch_stays_at_the_heading(open_tab: Opener, address: str, width: int) -> None:
    """There and back again."""
    size = {"width": width, "height": 780}
    page = open_tab(f"{address}{GATHER}#one-fails", viewport=size)
    for language, path in (("zh", f"zh/{GATHER}"), ("en", GATHER)):
        page.locator(".md-select button").hover()
        page.locator(f"a.md-select__link[hreflang={language}]").click()
        page.wait_for_url(f"{address}{path}#one-fails")
        expect(page.locator("#one-fails")).to_be_in_viewport()


# The keyboard

_FOCUSED = """() => {
  const it = document.activeElement
  if (!it || it === document.body) return null
  const shown = it.matches(".md-option") ? it.nextElementSibling
    : it.id === "__drawer" ? document.querySelector("label.md-header__button[for=__drawer]")
    : it.matches(".md-nav__toggle") ? it.nextElementSibling
    : it.matches(".md-search__input") ? it.form : it
  const box = shown.getBoundingClientRect()
  const ring = (look) => look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0
  return {
    what: `${it.tagName.toLowerCase()}${it.id && "#" + it.id}.${it.className}`,
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight
      && box.right > 0 && box.left < innerWidth,
    ring: ring(getComputedStyle(shown)) || ring(getComputedStyle(it)),
  }
}"""
# Out of the flow, or shown by others.
_BY_KEYBOARD = """() => [...document.querySelectorAll("a[href], button, summary, input, select")]
  .filter((it) => it.checkVisibility({ visibilityProperty: true }) && !it.disabled)
  .filter((it) => !it.closest(".md-search") && it.tabIndex >= 0 && it.type !== "radio").length"""


def walk(page: Page) -> list[dict[str, Any]]:
    """Press Tab until the page ends; return where the focus was."""
    stops: list[dict[str, Any]] = []
    for _ in range(500):
        page.keyboard.press("Tab")
        stop = page.evaluate(_FOCUSED)
        if stop and not (stop["seen"] and stop["ring"]):
            page.wait_for_timeout(500)  # What opens when it is reached takes its time.
            stop = page.evaluate(_FOCUSED)
        if stop is None:
            return stops
        if stops and "md-search__input" in stops[-1]["what"]:
            page.wait_for_timeout(700)  # A narrow page's search closes and scrolls back.
        stops.append(stop)
    pytest.fail("Tab never leaves the page")


@pytest.mark.parametrize("width", [640, 1280])
@pytest.mark.parametrize("path", ["", GATHER, "zh/glossary/"])
def test_tab_reaches_all_and_is_seen(open_tab: Opener, address: str, path: str, width: int) -> None:
    """From the skip link to the foot: each stop is in sight and has a ring, at 200 % too."""
    page = open_tab(address + path, viewport={"width": width, "height": 780}, **STILL)
    stops = walk(page)
    whats = [stop["what"] for stop in stops]
    unseen = [stop["what"] for stop in stops if not (stop["seen"] and stop["ring"])]
    assert unseen == []
    assert "md-skip" in whats[0]
    assert any("md-search__input" in what for what in whats)
    assert any("md-select__link" in what for what in whats)
    assert len(stops) >= page.evaluate(_BY_KEYBOARD)


def test_the_skip_link_skips(open_tab: Opener, address: str) -> None:
    """After it, Tab goes on inside of the text."""
    page = open_tab(address + GATHER, **STILL)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('article')")


def test_the_keyboard_opens_the_navigation_of_a_narrow_page(open_tab: Opener, address: str) -> None:
    """Space opens it; its sections open the same way and hold links that the focus is seen on."""
    page = open_tab(address + GATHER, viewport={"width": 640, "height": 780}, **STILL)
    page.locator("#__drawer").focus()
    page.keyboard.press(" ")
    expect(page.locator(".md-sidebar--primary")).to_be_visible()
    links = [stop for stop in walk(page) if "md-nav__link" in stop["what"]]
    assert links
    assert all(stop["seen"] and stop["ring"] for stop in links)
    axe_found = axe(page)
    assert axe_found == []


def test_the_keyboard_opens_what_opens(open_tab: Opener, address: str) -> None:
    """Predictions, the replay, the copy button, the search and what it found."""
    page = open_tab(address + GATHER, **STILL)
    summary = page.locator("details.question > summary").first
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator("details.question").first).to_have_attribute("open", "")
    page.locator("[data-sw=replay]").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".rp").first).to_be_visible()
    page.locator("[data-sw=copy]").first.focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-sw=copy]").first).to_have_text("copied")
    page.locator("body").press("/")
    expect(page.locator(".md-search__input")).to_be_focused()
    page.keyboard.insert_text("kitchen")
    page.keyboard.press("Shift")
    expect(page.locator(".md-search-result__item").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/start/kitchen/"))


# Read in any way


def test_every_copy_button_copies_its_file(open_tab: Opener, address: str) -> None:
    """Byte for byte, folded lines included, in both languages."""
    for language in LANGUAGES:
        page = open_tab(f"{address}{language}{GATHER}", **STILL)
        open_everything(page)
        for card in page.locator(".sw-card:has([data-sw=copy])").all():
            card.locator("[data-sw=copy]").click()
            expect(card.locator("[data-sw=copy]")).to_have_text(re.compile("copied|已复制"))
            name = card.get_attribute("data-snippet") or ""
            copied = page.evaluate("navigator.clipboard.readText()")
            assert copied == (ROOT / "snippets" / name).read_text("utf-8")


@pytest.mark.parametrize("path", ["start/measured/", "zh/start/measured/"])
def test_other_code_has_one_copy_button_too(open_tab: Opener, address: str, path: str) -> None:
    """Commands, say; a program's card has one button and not a second one."""
    page = open_tab(address + path, **STILL)
    block = page.locator(".highlight:not(.sw-code):has(> pre)").first
    expect(block.locator("[data-sw=copy]")).to_have_text("复制" if "zh/" in path else "copy")
    block.locator("[data-sw=copy]").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.strip() == block.locator("pre").inner_text().strip()
    for card in page.locator(".sw-card:has(.sw-code)").all():
        assert card.locator("[data-sw=copy], .md-code__nav, .md-clipboard").count() == 1


@pytest.mark.parametrize("path", [GATHER, f"zh/{GATHER}"])
def test_without_javascript_all_is_there(open_tab: Opener, address: str, path: str) -> None:
    """Text, whole programs, pictures, logs, and the navigation; no button that does nothing."""
    page = open_tab(address + path, java_script_enabled=False)
    for name in (".sw-code", ".tl-plot", ".sw-log", "article h1", ".md-nav--primary"):
        expect(page.locator(name).first).to_be_visible()
    for hidden in page.locator("[data-sw]").all():
        expect(hidden).to_be_hidden()
    for line in page.locator(".sw-folded").all():
        expect(line).to_be_visible()
    summary = page.locator("details.question > summary").first
    summary.click()
    expect(page.locator("details.question[open]").first).to_be_visible()


@pytest.mark.parametrize("path", [GATHER, f"zh/{GATHER}"])
def test_paper_is_light(open_tab: Opener, address: str, path: str) -> None:
    """Printed from the dark scheme: dark on white, nothing folded, nothing that only works."""
    page = open_tab(address + path, color_scheme="dark", **STILL)
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    page.emulate_media(media="print")
    colours = page.evaluate(
        """() => [".sw-card", ".sw-code", ".sw-head", ".sw-log", "body", ".tl"].map((name) => {
          const look = getComputedStyle(document.querySelector(name))
          return [name, look.backgroundColor, look.color]
        })"""
    )
    for name, ground, ink in colours:
        assert brightness(ground) > 230, (name, ground)
        assert brightness(ink) < 110, (name, ink)
    for hidden in page.locator("[data-sw], .md-header, .md-sidebar, .md-footer__link").all():
        expect(hidden).to_be_hidden()
    for line in page.locator(".sw-folded").all():
        expect(line).to_be_visible()


def brightness(colour: str) -> float:
    """Return how bright a CSS colour is, from 0 to 255; a transparent one is the paper's."""
    red, green, blue, *alpha = (float(part) for part in re.findall(r"[\d.]+", colour))
    return 255 if alpha == [0] else (red + green + blue) / 3


def test_who_wants_no_motion_gets_none(open_tab: Opener, address: str) -> None:
    """Nothing of ours moves by itself, and the replay goes in steps."""
    page = open_tab(address + GATHER, **STILL)
    page.locator("[data-sw=replay]").first.click()
    expect(page.locator(".rp").first).to_be_visible()
    assert page.locator(".rp select").first.input_value() == "0"
    moving = """() => document.getAnimations()
      .filter((it) => it.effect.target.closest(".sw-card")).length"""
    assert page.evaluate(moving) == 0
