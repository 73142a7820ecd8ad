"""Without a network: the archive opened from disk, the hosted site after its first visit."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site

pytestmark = [pytest.mark.browser, pytest.mark.kept()]


@pytest.fixture(scope="module")
def unpacked(replay_site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archives of both languages, unpacked beside each other."""
    folder = tmp_path_factory.mktemp("disk")
    shutil.unpack_archive(replay_site.folder / "async-measured-en.zip", folder)
    shutil.unpack_archive(replay_site.folder / "zh/async-measured-zh.zip", folder)
    return folder


@pytest.mark.parametrize(
    ("language", "query", "title"), [("en", "took", "First"), ("zh", "第一页", "第一页")]
)
def test_search_works_from_disk(
    unpacked: Path, open_tab: Callable[..., Page], language: str, query: str, title: str
) -> None:
    """And leads to the page, not to a folder."""
    page = open_tab(f"file://{unpacked}/async-measured-{language}/index.html")
    page.locator(".md-search__input").click()
    page.keyboard.insert_text(query)
    page.keyboard.press("Shift")  # The theme listens for keys.
    found = page.locator(".md-search-result__item a").first
    expect(found).to_be_visible()
    found.click()
    expect(page.locator("h1").first).to_contain_text(title)
    assert "/start/first/index.html" in page.url


def test_the_replay_works_from_disk(unpacked: Path, open_tab: Callable[..., Page]) -> None:
    """Reached through the navigation; what needs a network isn't offered."""
    page = open_tab(f"file://{unpacked}/async-measured-en/index.html")
    page.locator(".md-nav--primary").get_by_role("link", name="First").click()
    button = page.locator("[data-sw=replay]").first
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(page.locator("[data-sw=edit]")).to_have_count(0)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (its name there)
        pass


@pytest.fixture
def host(replay_site: Site) -> Iterator[ThreadingHTTPServer]:
    """A server that can be taken away."""
    handler = partial(_Quiet, directory=replay_site.folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


_ARE_KEPT = """async paths => {
  const found = paths.map(path => caches.match(new URL(path, document.baseURI)))
  return (await Promise.all(found)).every(Boolean)
}"""


def wait_until_kept(page: Page, *paths: str) -> None:
    """Wait until the worker has kept these addresses."""
    for _ in range(100):
        if page.evaluate(_ARE_KEPT, paths):
            return
        page.wait_for_timeout(200)
    pytest.fail(f"not kept: {paths}")


@pytest.mark.parametrize(("language", "query"), [("", "took"), ("zh/", "第一页")])
def test_the_hosted_site_outlives_its_host(
    host: ThreadingHTTPServer, open_tab: Callable[..., Page], language: str, query: str
) -> None:
    """After one visit to its first page all pages are there, search and replay included."""
    address = f"http://127.0.0.1:{host.server_port}/{language}"
    page = open_tab(address, but="ERR_CONNECTION|Failed to load")
    wait_until_kept(page, "start/first/", "search/search_index.json")
    host.shutdown()
    host.server_close()
    page.goto(f"{address}start/first/")
    button = page.locator("[data-sw=replay]").first
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    page.locator(".md-search__input").click()
    page.keyboard.insert_text(query)
    page.keyboard.press("Shift")
    expect(page.locator(".md-search-result__item a").first).to_be_visible()


def test_with_a_network_every_visit_is_fresh(
    host: ThreadingHTTPServer, replay_site: Site, open_tab: Callable[..., Page]
) -> None:
    """What is kept is no reason to show something old."""
    address = f"http://127.0.0.1:{host.server_port}/start/first/"
    page = open_tab(address)
    wait_until_kept(page, "./")
    file = replay_site.folder / "start/first/index.html"
    old = file.read_text("utf-8")
    try:
        file.write_text(old.replace("<title>First", "<title>Newer"), "utf-8")
        page.reload()
        expect(page).to_have_title("Newer – Async, Measured")
    finally:
        file.write_text(old, "utf-8")
