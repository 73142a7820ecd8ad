"""Look at a built site as a visitor of its address would: ``uv run .ci/smoke.py site URL``.

What only the real address can break: absolute links to it, the other language, the site map, the
page for missing pages, and whatever would leave the path below which the site stands. It prints
what is wrong and exits with 1.
"""

from __future__ import annotations

import gzip
import re
import sys
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urljoin
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.whole_site import LANGUAGES, broken_links, pages, served  # noqa: E402 (needs the path)

_LINK = re.compile(r'<link rel="([a-z]+) ?"(?: hreflang="([\w-]+)")? href="([^"]*)"')
_ASSET = re.compile(r'<(?:link rel="stylesheet" href|script src)="([^"]+)"')
_LOC = re.compile(r"<loc>([^<]*)</loc>")


def main() -> int:
    """Check the site that the command line names; 0 if all is well."""
    folder, url = sys.argv[1:]
    found = list(problems(Path(folder), url))
    print("\n".join(found) or f"{url}: {len(pages(Path(folder)))} pages, all is well")
    return 1 if found else 0


def problems(site: Path, url: str) -> Iterator[str]:
    """Yield what is wrong with a site that is to stand at an address, which ends with a slash."""
    paths = [path for path in pages(site) if not path.endswith("404.html")]
    if "" not in paths or "zh/" not in paths:
        yield "no home page in both languages"
        return
    for path in paths:
        yield from wrong_addresses(site, path, url)
    listed = set(_LOC.findall((site / "sitemap.xml").read_text("utf-8")))
    for address in listed ^ {f"{url}{path}" for path in paths}:
        yield f"sitemap.xml: {address} is {'no page' if address in listed else 'missing'}"
    yield from broken_links(site, url)
    with served(site, url) as address:
        yield from visit(address, paths[-1])


def wrong_addresses(site: Path, path: str, url: str) -> Iterator[str]:
    """Yield what a page says wrongly of its address and of that in the other language."""
    html = (site / path / "index.html").read_text("utf-8")
    said = {(kind, language): address for kind, language, address in _LINK.findall(html)}
    page = path.removeprefix("zh/")
    wanted = {
        ("canonical", ""): f"{url}{path}",
        ("alternate", "en"): f"{url}{page}",
        ("alternate", "x-default"): f"{url}{page}",
        ("alternate", "zh"): f"{url}zh/{page}",
    }
    for key, address in wanted.items():
        if said.get(key) != address:
            yield f"{path or 'home'}: {' '.join(key).strip()} is {said.get(key)}, not {address}"


def visit(address: str, deep: str) -> Iterator[str]:
    """Yield what a visitor of home pages, a deep page and a missing page does not get."""
    visits = {**dict.fromkeys((*LANGUAGES, deep), 200), "nowhere/and/deeper/": 404}
    for path, wanted in visits.items():
        status, html = fetch(f"{address}{path}")
        if status != wanted:
            yield f"{path or 'home'}: {status}, not {wanted}"
        for asset in _ASSET.findall(html):
            got, _ = fetch(urljoin(f"{address}{path}", asset))
            if got != 200:
                yield f"{path or 'home'}: {asset} is {got}"
    for language in LANGUAGES:
        if fetch(f"{address}{language}search/search_index.json")[0] != 200:
            yield f"{language or 'home'}: no search index"


def fetch(address: str) -> tuple[int, str]:
    """Return the status and the text of an answer of the server that was started here."""
    try:
        with urlopen(address) as answer:  # noqa: S310 (http, on this machine)
            return answer.status, text_of(answer)
    except HTTPError as error:
        return error.code, text_of(error)


def text_of(answer: HTTPResponse | HTTPError) -> str:
    """Return the text of an answer, which comes compressed."""
    body = answer.read()
    packed = answer.headers["Content-Encoding"] == "gzip"
    return (gzip.decompress(body) if packed else body).decode("utf-8", "replace")


if __name__ == "__main__":
    raise SystemExit(main())
