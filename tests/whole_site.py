"""The whole site as it is published: built, served as a host serves it, its links followed."""

from __future__ import annotations

import gzip
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from tests.small_site import ROOT, mkdocs

SITE_URL = "https://example.org/async-measured/"
LANGUAGES = ("", "zh/")
_MINUTES = 10
_COMPRESSED = {".html", ".css", ".js", ".json", ".svg", ".xml", ".txt", ".md", ".mjs"}


def build_whole_site(folder: Path) -> Path:
    """Build the site as it is published, below a path of a host; return where it is."""
    arguments = ("build", "--strict", "-d", str(folder))
    with mkdocs(ROOT, *arguments, SITE_URL=SITE_URL) as process:
        output, _ = process.communicate(timeout=60 * _MINUTES)
    assert process.returncode == 0, output
    return folder


def pages(site: Path) -> list[str]:
    """Return the addresses of all pages below the site's root: "", "zh/start/kitchen/"."""
    files = sorted(site.rglob("*.html"))
    return [file.relative_to(site).as_posix().removesuffix("index.html") for file in files]


# Served


@contextmanager
def served(site: Path, url: str = SITE_URL) -> Iterator[str]:
    """Serve a site below the path of its address, compressed, with its page for what is missing."""
    base = urlsplit(url).path

    class Handler(SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = unquote(urlsplit(self.path).path)
            file = site / path.removeprefix(base)
            if file.is_dir():
                file /= "index.html"
            found = path.startswith(base) and file.is_file()
            body, headers = _response(file if found else site / "404.html")
            self.send_response(200 if found else 404)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def handle(self) -> None:
            with suppress(ConnectionError):  # Whoever leaves a page hangs up.
                super().handle()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (its name there)
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{base}"
        server.shutdown()


def _response(file: Path) -> tuple[bytes, dict[str, str]]:
    kind = SimpleHTTPRequestHandler.extensions_map.get(file.suffix)
    kind = kind or _KINDS.get(file.suffix, "application/octet-stream")
    headers = {"Content-Type": kind, "Cache-Control": "max-age=600"}
    body = packed(file)
    if file.suffix in _COMPRESSED:
        headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return body, {**headers, "Content-Length": str(len(body))}


_KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".xml": "application/xml",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".png": "image/png",
    ".wasm": "application/wasm",
}


def packed(file: Path) -> bytes:
    """Return a file as it goes over the wire: text compressed."""
    return _packed(file, file.stat().st_mtime_ns)


@cache
def _packed(file: Path, _changed: int) -> bytes:
    content = file.read_bytes()
    return gzip.compress(content, 9) if file.suffix in _COMPRESSED else content


# Links

_LINKS = {
    ("a", "href"),
    ("link", "href"),
    ("script", "src"),
    ("img", "src"),
    ("source", "src"),
    ("iframe", "src"),
}
_MOMENT = re.compile(r"@\d+(\.\d+)?$|!.*$")  # in a run, of a version: what a script makes of it


@dataclass
class _Document(HTMLParser):
    html: str
    links: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            elif (tag, name) in _LINKS and value is not None:
                self.links.append(value)


def broken_links(site: Path, url: str = SITE_URL) -> list[str]:
    """Return all links between files of a site for that address that lead nowhere, and why."""
    documents = {path: _Document((_file(site, path)).read_text("utf-8")) for path in pages(site)}
    return [
        f"{path or 'home'}: {link} ({why})"
        for path, document in documents.items()
        for link in dict.fromkeys(document.links)
        if (why := _why_broken(site, url, documents, path, link))
    ]


def _file(site: Path, path: str) -> Path:
    file = site / path
    return file / "index.html" if file.is_dir() else file


def _why_broken(site: Path, url: str, documents: dict[str, _Document], page: str, link: str) -> str:
    parts, base = urlsplit(urljoin(f"{url}{page}", link)), urlsplit(url).path
    if f"{parts.scheme}://{parts.netloc}/" != urljoin(url, "/"):
        return ""
    if not parts.path.startswith(base):
        return f"outside of {base}"
    path = unquote(parts.path.removeprefix(base))
    file = _file(site, path)
    if not file.is_file():
        return "no such file"
    if file.is_relative_to(site) and file.name == "index.html" and path and path[-1] != "/":
        return "needs a / at its end"
    anchor = _MOMENT.sub("", unquote(parts.fragment))
    if anchor and path in documents and anchor not in documents[path].ids:
        return "no such id"
    return ""
