"""One page in a browser, looked at from all sides: what axe finds, what it says, how wide it is."""

from __future__ import annotations

import os
import shutil
from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, sync_playwright

_FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
)
# The second scheme has other colours, and nothing else.
COLOURS = ("color-contrast", "link-in-text-block")
PHONES = (360, 390)
ZOOMED = 640  # what 200 % leaves of 1280 pixels
_AXE = """async rules => {
  const only = rules.length ? { runOnly: { type: "rule", values: rules } } : {}
  const { violations } = await axe.run(document, { resultTypes: ["violations"], ...only })
  return violations.flatMap(({ id, nodes }) => nodes.map((node) =>
    `${id}: ${node.target} (${[...node.any, ...node.all, ...node.none].map((c) => c.message)})`))
}"""
_OPEN = """() => {
  document.querySelectorAll("details").forEach((details) => { details.open = true })
  document.querySelectorAll("[data-sw=unfold], [data-sw=replay]").forEach((it) => it.click())
}"""
_OPENED = """() => [...document.querySelectorAll("[data-sw=replay]")].every((button) =>
  button.getAttribute("aria-expanded") === "true")"""
# What keeps pages for offline would fetch the whole site, from each page anew.
_NO_WORKER = "Service Worker registration blocked by Playwright"
_SETTLED = "() => document.getAnimations().every((it) => it.playState !== 'running')"


@dataclass
class Inspection:
    """What was found on one page."""

    axe: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    first_load: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    too_wide: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        """Keep in mind what the page says to developers, a refused resource for one."""
        if message.type in {"error", "warning"} and message.text != _NO_WORKER:
            self.complaints.append(message.text)


def inspect_all(paths: Iterable[str], address: str) -> dict[str, Inspection]:
    """Inspect pages of a site, in as many browsers as there are processors.

    Raises playwright's Error where there is no browser.
    """
    waiting, found = deque(paths), dict[str, Inspection]()

    def work() -> None:
        with sync_playwright() as playwright:
            browser = launch(playwright)
            with suppress(IndexError):
                while True:
                    path = waiting.popleft()
                    found[path] = inspect(browser, address + path)
            browser.close()

    with ThreadPoolExecutor() as pool:
        for done in [pool.submit(work) for _ in range(os.cpu_count() or 1)]:
            done.result()
    return dict(sorted(found.items()))


def launch(playwright: Playwright) -> Browser:
    """Start Chromium, as installed by the system or by Playwright."""
    names = ("chromium", "chromium-browser", "google-chrome")
    installed = next(filter(None, map(shutil.which, names)), None)
    return playwright.chromium.launch(executable_path=installed, args=_FLAGS)


def inspect(browser: Browser, address: str) -> Inspection:
    """Open a page as a reader does, then all that opens, in both schemes and several widths."""
    found = Inspection()
    context = browser.new_context(
        reduced_motion="reduce", color_scheme="light", service_workers="block"
    )
    page = context.new_page()
    page.on("console", found.hear)
    page.on("pageerror", lambda error: found.complaints.append(str(error)))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    found.first_load = list(dict.fromkeys(asked))
    open_everything(page)
    found.axe = [f"light: {finding}" for finding in axe(page)]
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("() => document.body.dataset.mdColorScheme === 'slate'")
    found.axe += [f"dark: {finding}" for finding in axe(page, COLOURS)]
    for width in (*PHONES, ZOOMED):
        page.set_viewport_size({"width": width, "height": 780})
        if excess := page.evaluate("document.documentElement.scrollWidth") - width:
            found.too_wide.append(f"{width} px: {excess} px too wide: {widest(page)}")
    context.close()
    found.foreign = [url for url in asked if urlsplit(url).netloc != urlsplit(address).netloc]
    return found


def open_everything(page: Page) -> None:
    """Open all that opens on demand: what is folded, hidden in details, and every replay."""
    page.evaluate(_OPEN)
    page.wait_for_function(_OPENED)
    page.wait_for_function(_SETTLED)


def widest(page: Page) -> Any:
    """Return what sticks out of the page to the right."""
    return page.evaluate(
        """() => [...document.querySelectorAll("body *")]
          .filter((it) => it.getBoundingClientRect().right > innerWidth + 1)
          .slice(0, 5).map((it) => `${it.tagName.toLowerCase()}.${it.className}`)"""
    )


def axe(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """Return what axe finds wrong with a page as it stands, by all its rules or by some."""
    page.evaluate(f"() => {{ if (!window.axe) {{ {_axe_source()} }} }}")
    found: list[str] = page.evaluate(_AXE, list(rules))
    return found


@cache
def _axe_source() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
