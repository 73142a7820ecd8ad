"""The frame in a real browser: search, language switch, cards, both schemes, a phone."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.small_site import PROGRAM, build, make_small_site, write

pytestmark = [pytest.mark.browser, pytest.mark.kept("snippets")]

METADATA = '# /// script\n# requires-python = ">=3.11"\n# ///\n\n'
_FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
)


class Handler(SimpleHTTPRequestHandler):
    """Serve files without a word."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (its name there)
        pass


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A small site, built and served below a path, as on GitHub Pages."""
    root = make_small_site(tmp_path_factory.mktemp("hosted"))
    write(root, "snippets/first/program.py", METADATA + PROGRAM)
    host = tmp_path_factory.mktemp("host")
    status, output = build(root, "--strict", "-d", str(host / "async"))
    assert status == 0, output
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=host)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/async/"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, as installed by the system or by Playwright."""
    names = ("chromium", "chromium-browser", "google-chrome")
    installed = next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        if not installed and not Path(playwright.chromium.executable_path).exists():
            pytest.skip("no Chromium: uv run playwright install chromium")
        chromium = playwright.chromium.launch(executable_path=installed, args=_FLAGS)
        yield chromium
        chromium.close()


class Tab:
    """A page in a browser, what it complained about, and whom it asked for anything."""

    def __init__(self, browser: Browser, **options: Any) -> None:
        context = browser.new_context(**options)
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        self.page: Page = context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.hosts.add(request.url.split("/")[2]))

    def _hear(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)


@pytest.fixture
def tab(browser: Browser) -> Iterator[Tab]:
    """A fresh tab; whatever a test does in it, it stays on the site and has nothing to complain."""
    tab = Tab(browser, permissions=["clipboard-read", "clipboard-write"])
    yield tab
    tab.page.wait_for_load_state("networkidle")
    assert tab.complaints == []
    assert len(tab.hosts) == 1
    tab.page.context.close()


def test_copy_copies_the_file(tab: Tab, address: str) -> None:
    """Byte for byte, with the lines that are folded away, and the button says that it did."""
    tab.page.goto(f"{address}start/first/")
    button = tab.page.locator("[data-sw=copy]")
    button.click()
    expect(button).to_have_text("copied")
    assert tab.page.evaluate("navigator.clipboard.readText()") == METADATA + PROGRAM
    expect(button).to_have_text("copy")


def test_what_is_folded_opens_on_demand(tab: Tab, address: str) -> None:
    """Metadata does not stand in a reader's way."""
    tab.page.goto(f"{address}start/first/")
    expect(tab.page.locator(".sw-folded").first).to_be_hidden()
    tab.page.locator("[data-sw=unfold]").click()
    expect(tab.page.locator(".sw-folded").first).to_be_visible()
    expect(tab.page.locator("[data-sw=unfold]")).to_have_count(0)


def test_without_javascript_everything_can_be_read(browser: Browser, address: str) -> None:
    """Nothing is folded, and nothing is offered that would not work."""
    tab = Tab(browser, java_script_enabled=False)
    tab.page.goto(f"{address}start/first/")
    expect(tab.page.locator(".sw-folded").first).to_be_visible()
    for action in tab.page.locator("[data-sw]").all():
        expect(action).to_be_hidden()
    tab.page.context.close()


def test_the_switch_stays_at_the_heading(tab: Tab, address: str) -> None:
    """There and back again, below whatever path the site is served."""
    tab.page.goto(f"{address}start/first/#first")
    for language, path in (("zh", "zh/start/first/"), ("en", "start/first/")):
        tab.page.locator(".md-select button").hover()
        tab.page.locator(f"a.md-select__link[hreflang={language}]").click()
        tab.page.wait_for_url(f"{address}{path}#first")


@pytest.mark.parametrize(
    ("path", "query", "title"),
    [("", "took", "First"), ("zh/", "第一页", "第一页")],
)
def test_search_finds_what_the_page_says(
    tab: Tab, address: str, path: str, query: str, title: str
) -> None:
    """In both languages, in the language of the page."""
    tab.page.goto(f"{address}{path}")
    tab.page.locator(".md-search__input").click()
    tab.page.keyboard.insert_text(query)
    tab.page.keyboard.press("Shift")  # The theme listens for keys.
    found = tab.page.locator(".md-search-result__item h1").first
    expect(found).to_be_visible()
    assert found.inner_text().replace("\u200b", "") == title


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_first_visit_follows_the_system(browser: Browser, address: str, scheme: Any) -> None:
    """Already before the theme's script has come; after that the reader may choose."""
    tab = Tab(browser, color_scheme=scheme)
    tab.page.route("**/bundle.*.js", lambda route: route.abort())
    tab.page.goto(f"{address}start/first/")
    wanted = {"light": "default", "dark": "slate"}[scheme]
    expect(tab.page.locator("body")).to_have_attribute("data-md-color-scheme", wanted)
    tab.page.context.close()


@pytest.mark.parametrize("path", ["", "start/first/", "zh/start/first/"])
def test_a_phone_needs_no_sideways_scrolling(browser: Browser, address: str, path: str) -> None:
    """At 360 pixels every page is as wide as the screen."""
    tab = Tab(browser, viewport={"width": 360, "height": 740})
    tab.page.goto(f"{address}{path}")
    assert tab.page.evaluate("document.documentElement.scrollWidth") == 360
    tab.page.context.close()
