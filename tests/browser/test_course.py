"""The map of the course: what was read is ticked, in both languages, in this browser alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, served
from tests.conftest import ROOT
from tests.small_site import make_small_site, write

pytestmark = [pytest.mark.browser, pytest.mark.kept("docs/en/course.md", "docs/zh/course.md")]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A small site with the real map in its navigation."""
    root = make_small_site(tmp_path_factory.mktemp("course"))
    for config, language in (("mkdocs.yml", "en"), ("docs/zh.yml", "zh")):
        text = (root / config).read_text("utf-8")
        nav = "nav: [index.md, course.md, {Start: [start/first.md]}]"
        write(root, config, text.replace("nav: [index.md, start/first.md]", nav))
        page = f"docs/{language}/course.md"
        write(root, page, Path(ROOT / page).read_text("utf-8"))
    with served(root) as site:
        yield site


def read_to_the_end(page: Page) -> None:
    """Scroll to the foot, and wait until that was noticed."""
    page.locator(".sw-origin").scroll_into_view_if_needed()
    expect(page.locator(".md-nav--primary .sw-read").first).to_be_attached()


def test_a_page_read_to_its_end_is_ticked(course: Site, open_tab: Callable[..., Page]) -> None:
    """On the map of either language; the map says how many, and what is next."""
    page = open_tab(f"{course.address}course/")
    expect(page.locator(".sw-progress label span")).to_have_text("0 of 1 pages read")
    expect(page.locator(".sw-progress a")).to_have_text("First")
    page.locator(".sw-progress a").click()
    expect(page).to_have_url(f"{course.address}start/first/")
    read_to_the_end(page)
    for path in ("course/", "zh/course/"):
        page.goto(course.address + path)
        expect(page.locator(".sw-course .sw-read")).to_have_count(1)
        expect(page.locator(".sw-progress a")).to_be_hidden()
    page.locator("[data-sw=forget]").click()
    expect(page.locator(".sw-course .sw-read")).to_have_count(0)


def test_a_page_that_was_only_opened_is_not(course: Site, open_tab: Callable[..., Page]) -> None:
    """Neither is the map, or the first page, however far one scrolls."""
    page = open_tab(f"{course.address}start/first/", viewport={"width": 1000, "height": 400})
    page.goto(course.address)
    page.locator(".sw-origin").scroll_into_view_if_needed()
    page.goto(f"{course.address}course/")
    page.locator(".sw-origin").scroll_into_view_if_needed()
    expect(page.locator(".sw-progress label span")).to_have_text("0 of 1 pages read")
    expect(page.locator(".sw-read")).to_have_count(0)


def test_the_map_is_a_plain_list_without_a_script(
    course: Site, open_tab: Callable[..., Page]
) -> None:
    """Every page with its description, and nothing that would not work."""
    page = open_tab(f"{course.address}course/", java_script_enabled=False)
    expect(page.locator(".sw-course a")).to_have_text(["First"])
    expect(page.locator(".sw-about")).to_have_text("A program and its run.")
    expect(page.locator(".sw-progress")).to_be_hidden()


def test_the_page_for_nowhere_complains_of_nothing(
    course: Site, open_tab: Callable[..., Page]
) -> None:
    """At the root of a host its base is "/", and everything is known all the same."""
    page = open_tab(f"{course.address}404.html")
    page.locator("article").get_by_role("link", name="the course").click()
    expect(page).to_have_url(f"{course.address}course/")
