"""The chooser of patterns in a real browser: questions one by one, and a list without a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.whole_site import served

pytestmark = pytest.mark.browser
Opener = Callable[..., Page]
PLACE = "patterns/comparison/"


@pytest.fixture(scope="module")
def address(whole_site: Path) -> Iterator[str]:
    """Where the whole site is served."""
    with served(whole_site) as found:
        yield found


def press(page: Page, *answers: str) -> None:
    """Press these buttons of the chooser, one after the other."""
    for answer in answers:
        page.locator(".sw-chooser").get_by_role("button", name=answer, exact=True).click()


def test_answers_lead_to_a_pattern(open_tab: Opener, address: str) -> None:
    """Blocking calls, no limit, one error stops all: to_thread in a TaskGroup."""
    page = open_tab(address + PLACE)
    questions = page.locator(".sw-chooser li:visible")
    expect(questions).to_have_count(1)
    press(page, "Yes", "No", "No", "No", "No", "Yes")
    links = page.locator(".sw-chooser a:visible")
    assert links.all_inner_texts() == ["to_thread", "TaskGroup"]
    expect(page.get_by_role("button", name="Start again")).to_be_focused()
    press(page, "Start again")
    expect(questions).to_have_count(1)


def test_no_to_everything_has_an_answer_too(open_tab: Opener, address: str) -> None:
    """The last question is its own answer."""
    page = open_tab(f"{address}zh/{PLACE}")
    press(page, *["否"] * 8, "是")
    assert page.locator(".sw-chooser a:visible").all_inner_texts() == ["TaskGroup"]


def test_without_a_script_it_is_a_list(open_tab: Opener, address: str) -> None:
    """Every question with its answer, and no button."""
    page = open_tab(address + PLACE, java_script_enabled=False)
    expect(page.locator(".sw-chooser li:visible")).to_have_count(9)
    expect(page.locator(".sw-chooser a:visible")).to_have_count(8)
    expect(page.locator(".sw-chooser button")).to_have_count(0)
