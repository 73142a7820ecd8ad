"""The site without a network: what is in the archive, and what the worker is told to keep."""

from __future__ import annotations

import json
import os
import re
import shutil
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from stopwatch.offline import Published, from_disk, write_archive
from tests.small_site import add, build, make_small_site

pytestmark = pytest.mark.kept()

URL = "https://example.org/a/"
KNOWN = frozenset({"index.html", "start/first/index.html", "snippets/first/program.py"})


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small site in both languages, built for a folder of a host."""
    root = make_small_site(tmp_path_factory.mktemp("offline"))
    status, output = build(root, "--strict", SITE_URL=URL)
    assert status == 0, output
    return root / "site"


@pytest.mark.parametrize(
    ("href", "on_disk"),
    [
        ("../../", "../../index.html"),
        ("../..", "../../index.html"),
        ("./", "index.html"),
        ("#first", "#first"),
        ("../../start/first/#first", "index.html#first"),
        ("../../snippets/first/program.py", "../../snippets/first/program.py"),
        ("../../zh/start/first/", f"{URL}zh/start/first/"),
        ("../../python/", f"{URL}python/"),
        ("https://docs.python.org/3/", "https://docs.python.org/3/"),
        ("mailto:a@b.test", "mailto:a@b.test"),
    ],
)
def test_links_name_files(href: str, on_disk: str) -> None:
    """And lead to where the site is hosted if what they lead to isn't in the archive."""
    page = from_disk(f'<a class="x" href="{href}">', "start/first/index.html", KNOWN, URL)
    assert page == f'<a class="x" href="{on_disk}">'


def test_links_out_of_a_language_lead_to_the_other() -> None:
    """The Chinese archive knows the English pages by their address."""
    page = from_disk('<a href="../../../start/">', "start/first/index.html", KNOWN, f"{URL}zh/")
    assert page == f'<a href="{URL}start/">'


def read(archive: Path) -> dict[str, str]:
    """Return the files of an archive below its one folder."""
    with zipfile.ZipFile(archive) as opened:
        assert {name.partition("/")[0] for name in opened.namelist()} == {archive.stem}
        names = [name for name in opened.namelist() if not name.endswith(".png")]
        return {name.partition("/")[2]: opened.read(name).decode() for name in names}


@pytest.mark.parametrize(("folder", "language"), [("", "en"), ("zh", "zh")])
def test_each_language_has_an_archive_of_its_own(site: Path, folder: str, language: str) -> None:
    """With every page, program and trace, and nothing of the other language."""
    files = read(site / folder / f"async-measured-{language}.zip")
    wanted = {"index.html", "start/first/index.html", "start/first/index.md"}
    wanted |= {"snippets/first/program.py", "js/from_disk.js"}
    assert wanted <= set(files)
    assert not [file for file in files if file.startswith("zh/") or file.endswith((".map", ".zip"))]
    assert "sw.js" not in files


@pytest.mark.parametrize("archive", ["async-measured-en.zip", "zh/async-measured-zh.zip"])
def test_every_link_and_file_of_the_archive_is_in_it(site: Path, archive: str) -> None:
    """What its pages load is there, and so is what they lead to; the search leads to files."""
    files = read(site / archive)
    pictures = {"picture.png", "start/first/picture.png"}
    for name, text in files.items():
        if name.endswith(".html"):
            for target in re.findall(r'<(?:a|link|script)\b[^>]*? (?:href|src)="([^"#?]+)', text):
                if ":" not in target:
                    path = PurePosixPath("/", name).parent / target
                    assert _normal(path) in {*files, *pictures}, f"{name}: {target}"
    index = json.loads(files["search/search_index.js"].removeprefix("var __index = "))
    for entry in index["docs"]:
        assert entry["location"].partition("#")[0] in files
    chinese = archive.startswith("zh")
    assert any("lunr.zh" in name for name in files) == chinese
    assert not any("lunr.ja" in name or "wordcut" in name for name in files)


def _normal(path: PurePosixPath) -> str:
    parts: list[str] = []
    for part in path.parts[1:]:
        parts = parts[:-1] if part == ".." else [*parts, part]
    return "/".join(parts)


def test_pages_of_the_archive_offer_what_works_there(site: Path) -> None:
    """The frame that stands in for a worker comes before the theme's script; no way to itself."""
    home = read(site / "async-measured-en.zip")["index.html"]
    assert home.index("js/from_disk.js") < home.index("assets/javascripts/bundle.")
    assert "Content-Security-Policy" not in home
    assert ".zip" not in home


def test_the_first_page_says_how_big_the_archive_is(site: Path) -> None:
    """In both languages."""
    for path in ("async-measured-en.zip", "zh/async-measured-zh.zip"):
        home = (site / path).with_name("index.html").read_text("utf-8")
        size = (site / path).stat().st_size / 1_000_000
        assert f"({size:.1f} MB)" in home
        assert f'href="{Path(path).name}"' in home


def test_the_same_site_gives_the_same_archive(site: Path) -> None:
    """Byte for byte: no time of the build is in it."""
    published = Published(site / "zh", f"{URL}zh/")
    first = write_archive(published, "one").read_bytes()
    assert write_archive(published, "one").read_bytes() == first


def test_an_unchanged_site_is_packed_once(tmp_path: Path, site: Path) -> None:
    """The archive is kept as long as it is whole; a changed page makes another instead of it."""
    published = Published(Path(shutil.copytree(site / "zh", tmp_path / "zh")), f"{URL}zh/")
    first = write_archive(published, "one", tmp_path / "kept").read_bytes()
    (kept,) = (tmp_path / "kept").iterdir()
    os.utime(kept, (0, 0))
    assert write_archive(published, "one", tmp_path / "kept").read_bytes() == first
    assert kept.stat().st_mtime == 0
    kept.write_bytes(b"damaged")
    assert write_archive(published, "one", tmp_path / "kept").read_bytes() == first
    page = published.folder / "index.html"
    page.write_text(page.read_text("utf-8").replace("</body>", "more</body>"), "utf-8")
    assert write_archive(published, "one", tmp_path / "kept").read_bytes() != first
    assert [file.name for file in (tmp_path / "kept").iterdir()] != [kept.name]


def kept(site: Path) -> dict[str, str]:
    """Return what the worker keeps ahead: addresses and hashes."""
    found = re.search(r"const FILES = (\{.*\})\n", (site / "sw.js").read_text("utf-8"))
    assert found
    files: dict[str, str] = json.loads(found[1])
    return files


def test_the_worker_keeps_what_pages_need(site: Path) -> None:
    """All pages of its language, scripts, styles and the search, but no traces or programs."""
    for folder in (site, site / "zh"):
        files = kept(folder)
        assert {"", "start/first/", "js/stopwatch.js", "search/search_index.json"} <= set(files)
        assert not [path for path in files if path.startswith(("zh/", "traces/", "snippets/"))]
        for path in files:
            assert (
                folder / path / ("index.html" if not path or path.endswith("/") else "")
            ).exists()
    assert 'const OTHERS = ["zh"]' in (site / "sw.js").read_text("utf-8")


def test_the_worker_knows_what_changed(tmp_path: Path) -> None:
    """A page whose text changes has another hash, the others keep theirs."""
    root = make_small_site(tmp_path)
    assert build(root)[0] == 0
    before = kept(root / "site")
    add(root, "docs/en/start/first.md", "News.")
    assert build(root)[0] == 0
    after = kept(root / "site")
    changed = {path for path in after if after[path] != before[path]}
    assert changed == {"start/first/", "search/search_index.json"}
