"""Every page of the whole site: valid HTML, and no link that leads nowhere."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.html_checker import html_errors
from tests.tools import unavailable
from tests.whole_site import LANGUAGES, broken_links, pages

pytestmark = pytest.mark.slow


def test_every_page_is_valid_html(whole_site: Path) -> None:
    """The W3C's checker has nothing to say."""
    try:
        errors = html_errors(whole_site)
    except OSError as error:
        unavailable(error)
    assert errors == []


def test_the_checker_would_say_it(tmp_path: Path) -> None:
    """It finds an id that is there twice."""
    page = "<!doctype html><html lang=en><title>x</title><p id=a>x<p id=a>y"
    (tmp_path / "index.html").write_text(page)
    try:
        errors = html_errors(tmp_path)
    except OSError as error:
        unavailable(error)
    assert errors == ["index.html:1: Duplicate ID “a”."]


def test_no_link_leads_nowhere(whole_site: Path) -> None:
    """Every file, and every heading in it, that a page links to is there."""
    assert broken_links(whole_site) == []


def test_a_broken_link_would_be_found(whole_site: Path, tmp_path: Path) -> None:
    """A missing page, a missing heading, and an address that leaves the site's path."""
    site = tmp_path / "site"
    for language in LANGUAGES:
        (site / language).mkdir()
        shutil.copy(whole_site / language / "index.html", site / language / "index.html")
    before = set(broken_links(site))
    page = site / "index.html"
    wrong = '<a href="nowhere/"></a><a href="#nothing"></a><a href="/zh/"></a><a href="zh"></a>'
    right = '<a href="zh/"></a><a href="https://elsewhere.example/x"></a>'
    page.write_text(page.read_text("utf-8").replace("</article>", f"{wrong}{right}</article>"))
    assert set(broken_links(site)) - before == {
        "home: nowhere/ (no such file)",
        "home: #nothing (no such id)",
        "home: /zh/ (outside of /async-measured/)",
        "home: zh (needs a / at its end)",
    }


def test_both_languages_have_all_pages(whole_site: Path) -> None:
    """What is checked here is the whole site."""
    found = pages(whole_site)
    chinese = {path.removeprefix("zh/") for path in found if path.startswith("zh/")}
    assert chinese == {path for path in found if not path.startswith("zh/")}
    assert len(chinese) > 15
