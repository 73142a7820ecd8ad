"""What search engines, and those who draw a card for a link, learn of a page."""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from stopwatch.find import About, describe_page
from stopwatch.model import Run
from stopwatch.picture import HEIGHT, WIDTH, render_picture
from stopwatch.policy import with_policy
from tests.small_site import build, make_small_site

pytestmark = pytest.mark.kept()

URL = "https://example.org/a/"
PAGE = About(
    title='Why "async" & </script>',
    description="Two calls.",
    address=f"{URL}zh/start/why/",
    language="zh",
    site_name="实测异步",
    home=f"{URL}zh/",
    section="起步",
    picture=f"{URL}zh/start/why/picture.png",
    elsewhere={"en": f"{URL}start/why/"},
)


def data(html: str) -> Any:
    """Return the structured data of a page."""
    return json.loads(
        html.split('<script type="application/ld+json">')[1].split("</script>", maxsplit=1)[0]
    )


def properties(html: str) -> dict[str, str]:
    """Return the Open Graph properties of a page."""
    return dict(re.findall(r'<meta property="([^"]+)" content="([^"]*)">', html))


def test_a_page_has_a_card() -> None:
    """Title, description, address and picture, escaped."""
    card = properties(describe_page(PAGE))
    assert card["og:title"] == "Why &quot;async&quot; &amp; &lt;/script&gt;"
    assert card["og:image"] == PAGE.picture
    assert card["og:url"] == PAGE.address
    assert (card["og:locale"], card["og:locale:alternate"]) == ("zh_CN", "en_US")


def test_a_page_has_structured_data() -> None:
    """A learning resource, part of the course of its language; no title can end the script."""
    found = data(describe_page(PAGE))
    assert found["@type"] == ["TechArticle", "LearningResource"]
    assert found["name"] == PAGE.title
    assert found["inLanguage"] == "zh-CN"
    assert found["isPartOf"] == {"@type": "Course", "name": "实测异步", "url": PAGE.home}


def test_structured_data_is_no_script() -> None:
    """The page's policy lists no hash for it."""
    html = with_policy(f"<html><head>{describe_page(PAGE)}</head></html>")
    assert "sha256" not in html


def chunks(picture: bytes) -> dict[bytes, bytes]:
    """Return the chunks of a PNG; each checksum must be right."""
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    found, at = {}, 8
    while at < len(picture):
        (size,) = struct.unpack(">I", picture[at : at + 4])
        kind, content = picture[at + 4 : at + 8], picture[at + 8 : at + 8 + size]
        (check,) = struct.unpack(">I", picture[at + 8 + size : at + 12 + size])
        assert zlib.crc32(kind + content) == check
        found[kind] = content
        at += 12 + size
    return found


@pytest.mark.parametrize("name", ["gather/order.py", "measured/cpu_shares.py"])
def test_the_picture_of_a_run_is_a_small_png(run: Callable[[str], Run], name: str) -> None:
    """Every pixel has a colour of its palette, and the lanes fill a good part of it."""
    picture = render_picture(run(name))
    found = chunks(picture)
    pixels = zlib.decompress(found[b"IDAT"])
    assert struct.unpack(">II", found[b"IHDR"][:8]) == (WIDTH, HEIGHT)
    assert len(pixels) == (WIDTH + 1) * HEIGHT
    assert max(pixels) < len(found[b"PLTE"]) / 3
    assert sum(pixel > 2 for pixel in pixels) > len(pixels) / 20
    assert len(picture) < 10_000
    assert render_picture(run(name)) == picture


def test_a_run_without_lanes_or_time_can_be_drawn() -> None:
    """Nothing divides by its total."""
    empty = Run(snippet="a/b.py", python="3.11.7", imports=0.0, total=0.0, exit=0, error=None)
    assert chunks(render_picture(empty))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small site, built for a folder of a host."""
    root = make_small_site(tmp_path_factory.mktemp("found"))
    status, output = build(root, "--strict", SITE_URL=URL)
    assert status == 0, output
    return root / "site"


@pytest.mark.parametrize("path", ["", "start/first/", "zh/", "zh/start/first/"])
def test_every_page_says_what_it_is(site: Path, path: str) -> None:
    """Its card leads to itself, and its picture is there; one without a run has none."""
    html = (site / path / "index.html").read_text("utf-8")
    card = properties(html)
    assert card["og:url"] == data(html)["url"] == f"{URL}{path}"
    assert f'<link rel="canonical" href="{URL}{path}">' in html
    if "first" in path:
        assert card["og:image"] == f"{URL}{path}picture.png"
        assert (site / path / "picture.png").is_file()
    else:
        assert "og:image" not in card


def addresses(sitemap: Path) -> list[str]:
    """Return the pages that a site map lists."""
    return [
        element.text or "" for element in ET.parse(sitemap).iter() if element.tag.endswith("loc")
    ]


def test_site_maps_list_what_they_may(site: Path) -> None:
    """The one at the top both languages, the Chinese one its own; each with all alternatives."""
    chinese = [f"{URL}zh/", f"{URL}zh/start/first/"]
    assert sorted(addresses(site / "sitemap.xml")) == sorted([URL, f"{URL}start/first/", *chinese])
    assert sorted(addresses(site / "zh/sitemap.xml")) == chinese
    for language in ("en", "zh", "x-default"):
        assert (site / "sitemap.xml").read_text().count(f'hreflang="{language}"') == 4
