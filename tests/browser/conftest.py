"""A browser, tabs that notice every complaint, and a small site to open in them."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright

from stopwatch import pyodide
from tests.browser.inspection import launch
from tests.conftest import ROOT
from tests.small_site import add, build, make_small_site, write
from tests.tools import unavailable

_FENCE = """
```python exec="on" html="on"
from stopwatch import {name}
print({call})
```
"""


@dataclass(frozen=True)
class Site:
    """A built site: where it is served and where it lies."""

    address: str
    folder: Path


class _Quiet(SimpleHTTPRequestHandler):
    def handle(self) -> None:
        # A browser that stops a worker hangs up in the middle of what it fetched.
        with suppress(ConnectionError):
            super().handle()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (its name there)
        pass


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, as installed by the system or by Playwright.

    While it is there, so is Playwright's event loop, and nobody else may run one: hence the scope.
    """
    with sync_playwright() as playwright:
        try:
            chromium = launch(playwright)
        except Error as error:
            if "Executable doesn't exist" not in str(error):
                raise
            unavailable(OSError("no Chromium: uv run playwright install chromium"))
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def replay_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site in both languages with a gather program, and a comparison with another program."""
    root = make_small_site(tmp_path_factory.mktemp("replay"))
    add_program(root, "gather/order.py")
    for language in ("en", "zh"):
        both = 'compare("gather/order.py", "first/program.py")'
        page = f"docs/{language}/start/first.md"
        add(root, page, _FENCE.format(name="compare", call=both))
    with served(root) as site:
        yield site


@pytest.fixture(scope="package")
def run_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site whose first page has programs to run in it, and whose home page has none."""
    root = make_small_site(tmp_path_factory.mktemp("run"))
    try:
        pyodide.fetch(ROOT)
    except pyodide.PyodideError as error:
        pytest.skip(f"no Pyodide ({error}): npm_config_registry=… uv run pytest, with a network")
    kept = ROOT / f".cache/pyodide-{pyodide.VERSION}"
    (root / ".cache").mkdir()
    (root / ".cache" / kept.name).symlink_to(kept)
    add_program(root, "gather/order.py", fold="main")
    add_program(root, "to_thread/to_thread.py")
    with served(root, RUN_HERE="true") as site:
        yield site


def add_program(root: Path, name: str, **options: str) -> None:
    """Put one of the real programs on the first page, in both languages."""
    write(root, f"snippets/{name}", (ROOT / "snippets" / name).read_text("utf-8"))
    arguments = "".join(f", {key}={value!r}" for key, value in options.items())
    for language in ("en", "zh"):
        fence = _FENCE.format(name="show", call=f'show("{name}"{arguments})')
        add(root, f"docs/{language}/start/first.md", fence)


@contextmanager
def served(root: Path, **environment: str) -> Iterator[Site]:
    """Build a site and serve it."""
    folder = root / "site"
    status, output = build(root, "--strict", "-d", str(folder), **environment)
    assert status == 0, output
    handler = partial(_Quiet, directory=folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Site(f"http://127.0.0.1:{server.server_port}/", folder)
        server.shutdown()


@pytest.fixture
def open_tab(browser: Browser) -> Iterator[Callable[..., Page]]:
    """A function that opens a tab: ``open_tab(address, **options)``.

    No script may fail and no page complain, and nothing is asked of another host. A complaint that
    matches ``but``, a regular expression, is expected.
    """
    complaints: list[str] = []
    hosts: set[str] = set()
    contexts = []

    def open_tab(address: str, *, but: str = "", **options: Any) -> Page:
        def complain(text: str) -> None:
            if not but or not re.search(but, text):
                complaints.append(text)

        def hear(message: Any) -> None:
            if message.type in {"error", "warning"}:
                complain(f"{message.text} {message.location['url']}")

        rights = ["clipboard-read", "clipboard-write"]
        context = browser.new_context(permissions=rights, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", hear)
        page.on("pageerror", lambda error: complain(str(error)))
        page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
        page.goto(address)
        return page

    yield open_tab
    for context in contexts:
        with closing(context):
            pass
    assert complaints == []
    assert len(hosts) <= 1
