"""Measure the whole site and write the table into CONTRIBUTING.md: ``uv run .ci/audit.py``.

It builds the site as it is published, looks at every page with axe, the W3C's HTML checker and a
link check, and at a page of each type in both languages with Lighthouse as on a phone. It needs
Chromium, Java and npm, which fetches the checker and Lighthouse, and takes some minutes. With
``--site FOLDER`` it takes a site that was built before; ``--fast`` leaves Lighthouse out.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser.inspection import Inspection, inspect_all  # noqa: E402 (needs the path)
from tests.html_checker import html_errors  # noqa: E402
from tests.tools import tool  # noqa: E402
from tests.whole_site import broken_links, build_whole_site, packed, pages, served  # noqa: E402

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
INDEX = "search/search_index.json"
_MARKS = "<!-- audit -->\n", "<!-- /audit -->\n"


@dataclass
class Kind:
    """A type of page, those of it, and what was found on them."""

    name: str
    sample: str
    pages: list[str] = field(default_factory=list)
    scores: dict[str, int] = field(default_factory=dict)


def kinds(paths: Iterable[str]) -> list[Kind]:
    """Return the types of pages, each with a sample in English."""
    found = [
        Kind("home", ""),
        Kind("concept", "patterns/gather/"),
        Kind("table", "tasks/task-vs-coroutine/"),
        Kind("lab", "labs/three-clients/"),
        Kind("map, glossary, practice", "glossary/"),
        Kind("missing page", "404.html"),
    ]
    home, concept, table, lab, other, missing = found
    for path in paths:
        page = path.removeprefix("zh/")
        if page == "404.html":
            missing.pages.append(path)
        elif page == "":
            home.pages.append(path)
        elif page.startswith("labs/"):
            lab.pages.append(path)
        elif page in {"tasks/task-vs-coroutine/", "patterns/comparison/"}:
            table.pages.append(path)
        elif page.count("/") == 1 or page.startswith("practice/"):
            other.pages.append(path)
        else:
            concept.pages.append(path)
    return [kind for kind in found if kind.pages]


def main() -> int:
    """Measure and write; 1 if something was found that must not be there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", type=Path)
    parser.add_argument("--fast", action="store_true")
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder:
        site = arguments.site or build_whole_site(Path(folder) / "site")
        faults, text = audit(site, lighthouse=not arguments.fast)
    print(text)
    print("\n".join(faults))
    if not arguments.fast:
        put(ROOT / "CONTRIBUTING.md", text)
    return 1 if faults else 0


def audit(site: Path, *, lighthouse: bool) -> tuple[list[str], str]:
    """Return what is wrong with a site, and the table."""
    paths = pages(site)
    found = kinds(paths)
    links, html = broken_links(site), html_errors(site)
    with served(site) as address:
        inspections = inspect_all(paths, address)
        for kind in found if lighthouse else ():
            for language in ("", "zh/"):
                scores = rate(f"{address}{language}{kind.sample}")
                for category, score in scores.items():
                    kind.scores[category] = min(score, kind.scores.get(category, 100))
        loads = {path: weigh(site, address, one) for path, one in inspections.items()}
    faults = [
        *(f"{path}: {line}" for path, one in inspections.items() for line in one.axe),
        *html,
        *links,
    ]
    return faults, "\n".join(table(site, found, inspections, loads, links=links, html=html))


def table(
    site: Path,
    found: list[Kind],
    inspections: dict[str, Inspection],
    loads: dict[str, tuple[int, int]],
    *,
    links: list[str],
    html: list[str],
) -> Iterable[str]:
    """Yield the lines of the table in Markdown: a row for each type of page, then the index."""
    at_link = Counter(line.partition(": ")[0].replace("home", "") for line in links)
    at_html = Counter(line.partition(":")[0].removesuffix("index.html") for line in html)
    yield "| pages | | axe | Lighthouse | first visit, KB | requests | broken links | HTML errors |"
    yield "|---|--:|--:|---|--:|--:|--:|--:|"
    for kind in found:
        axe = sum(len(inspections[path].axe) for path in kind.pages)
        scores = " · ".join(str(kind.scores[name]) for name in CATEGORIES if name in kind.scores)
        weights, requests = zip(*(loads[path] for path in kind.pages), strict=True)
        broken = sum(at_link[path] for path in kind.pages)
        errors = sum(at_html[path] for path in kind.pages)
        yield (
            f"| {kind.name} | {len(kind.pages)} | {axe} | {scores or '–'} "
            f"| {span(weight / 1000 for weight in weights)} | {span(requests)} "
            f"| {broken} | {errors} |"
        )
    sizes = [len(packed(site / language / INDEX)) / 1000 for language in ("", "zh/")]
    yield ""
    yield (
        "The search index, fetched when somebody is about to search: "
        f"{sizes[0]:.0f} KB in English, {sizes[1]:.0f} KB in Chinese. "
        "Lighthouse, as on a phone: performance · accessibility · "
        "best practices · search engines, the lower score of both languages."
    )


def span(values: Iterable[float]) -> str:
    """Return the least and the most of several numbers."""
    rounded = sorted(round(value) for value in values)
    return str(rounded[0]) if rounded[0] == rounded[-1] else f"{rounded[0]}–{rounded[-1]}"


def weigh(site: Path, address: str, found: Inspection) -> tuple[int, int]:
    """Return how many bytes, compressed, and how many requests the first visit of a page takes."""
    files = [site / url.removeprefix(address).partition("?")[0] for url in found.first_load]
    files = [file / "index.html" if file.is_dir() else file for file in files]
    return sum(len(packed(file)) for file in files), len(files)


def rate(address: str) -> dict[str, int]:
    """Return Lighthouse's scores of a page, out of 100: the middle of three for each category."""
    runs = [_rate(address) for _ in range(3)]
    return {name: sorted(run[name] for run in runs)[1] for name in runs[0]}


def _rate(address: str) -> dict[str, int]:
    node = Path(playwright.__file__).parent / "driver" / "node"  # newer than many a system's
    command = [str(node), str(tool("lighthouse") / "cli" / "index.js"), address, "--quiet"]
    flags = "--headless=new --no-sandbox --disable-background-networking --no-first-run"
    chrome = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), "")
    only = f"--only-categories={','.join(CATEGORIES)}"
    done = subprocess.run(
        [*command, "--output=json", only, f"--chrome-flags={flags}"],
        env={**os.environ, "CHROME_PATH": chrome},
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    report = json.loads(done.stdout)["categories"]
    return {name: round(100 * report[name]["score"]) for name in CATEGORIES}


def put(file: Path, text: str) -> None:
    """Write a text between its marks in a file."""
    begin, end = _MARKS
    before, _, rest = file.read_text("utf-8").partition(begin)
    after = rest.partition(end)[2]
    if not after and end not in rest:
        raise SystemExit(f"{file.name} has no place for it: {begin.strip()} {end.strip()}")
    file.write_text(f"{before}{begin}\n{text}\n\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
