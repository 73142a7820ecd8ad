"""Edit and run, in a real browser: the reader's version takes the place of the recorded one."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Site
from tests.conftest import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.kept("snippets")]

ORDER = "#run-gather-order-py"
SOURCE = (ROOT / "snippets/gather/order.py").read_text("utf-8")
LONG = 60_000  # ms; loading Python takes a while on a busy machine
Opener = Callable[..., Page]


def card_of(page: Page, card: str = ORDER) -> Locator:
    """Open the editor of a card."""
    found = page.locator(card)
    found.locator("[data-sw=edit]").click()
    expect(editor(found)).to_be_focused()
    return found


def editor(card: Locator) -> Locator:
    """Return where the program is written."""
    return card.locator(".ed .cm-content")


def said(card: Locator) -> Locator:
    """Return the line that says what goes on."""
    return card.locator(".ed-said")


def program(card: Locator) -> str:
    """Return what is in the editor."""
    return "\n".join(editor(card).locator(".cm-line").all_inner_texts()).replace("\n\n", "\n")


def rewrite(card: Locator, beginning: str, line: str) -> None:
    """Write another line in the place of the one that begins so."""
    editor(card).locator(".cm-line", has_text=re.compile(rf"^\s*{re.escape(beginning)}")).click()
    keys = card.page.keyboard
    keys.press("Home")
    keys.press("Shift+End")
    keys.insert_text(line)


def version(source: str) -> str:
    """Return a program as it stands in a link."""
    deflater = zlib.compressobj(wbits=-15)
    packed = deflater.compress(source.encode()) + deflater.flush()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def with_program(open_tab: Opener, site: Site, source: str, **options: Any) -> Locator:
    """Open the page with another program in the editor, as by a link."""
    page = open_tab(f"{site.address}start/first/{ORDER}!{version(source)}", **options)
    card = page.locator(ORDER)
    expect(said(card)).to_contain_text("from a link")
    return card


def run(card: Locator, outcome: str) -> None:
    """Run what is in the editor, and wait for this to be said."""
    card.locator(".ed-run").click()
    expect(said(card)).to_contain_text(re.compile(outcome), timeout=LONG)


def log(card: Locator) -> list[tuple[str, str]]:
    """Return who wrote what."""
    lines = card.locator(".sw-log li").all()
    return [(_text(line, ".who"), _text(line, ".text")) for line in lines]


def _text(line: Locator, part: str) -> str:
    return line.locator(part).inner_text()


def test_an_edited_delay_changes_log_lanes_and_replay(open_tab: Opener, run_site: Site) -> None:
    """B sleeps for longer than A: it is the last to be done, in every view."""
    card = card_of(open_tab(f"{run_site.address}start/first/"))
    recorded = card.locator(".sw-timeline").inner_html()
    rewrite(card, 'asyncio.create_task(work("B"', 'asyncio.create_task(work("B", 0.6), name="B"),')
    run(card, r"Done in 0\.6\d s")
    assert log(card) == [
        ("C", "C done"),
        ("A", "A done"),
        ("B", "B done"),
        ("main", "['A', 'B', 'C']"),
    ]
    assert card.locator(".sw-timeline").count() == 1
    assert card.locator(".sw-timeline").inner_html() != recorded
    expect(card.locator(".sw-foot")).to_contain_text("Run in this page on Python 3.14")
    card.locator("[data-sw=replay]").click()
    expect(editor(card)).to_be_hidden()
    expect(card.locator(".rp-link")).to_have_count(0)  # it would lead to the page's own run
    slider = card.locator(".rp input[type=range]")
    assert float(slider.get_attribute("max") or 0) > 600
    slider.evaluate("input => { input.value = 550; input.dispatchEvent(new Event('input')) }")
    pills = card.locator(".rp-pill").all_inner_texts()
    assert pills == ["B · sleep", "main waits for A, B, C"]
    line = card.locator(".sw-code .sw-line.rp-at").first
    assert line.inner_text().strip() == "await asyncio.sleep(seconds)"
    assert card.locator(".sw-code .sw-line .k").count() > 3


def test_what_is_taken_away_is_the_readers_version(open_tab: Opener, run_site: Site) -> None:
    """Copy, download and trace; before the first run, the file of the page byte for byte."""
    card = card_of(open_tab(f"{run_site.address}start/first/"))
    card.locator("[data-sw=copy]").click()
    expect(card.locator("[data-sw=copy]")).to_have_text("copied")
    assert card.page.evaluate("navigator.clipboard.readText()") == SOURCE
    rewrite(card, "print(results)", "print(sorted(results)[-1])")
    run(card, "Done")
    expect(card.locator("[data-sw=copy]")).to_have_text("copy")
    card.locator("[data-sw=copy]").click()
    expect(card.locator("[data-sw=copy]")).to_have_text("copied")
    mine = SOURCE.replace("print(results)", "print(sorted(results)[-1])")
    assert card.page.evaluate("navigator.clipboard.readText()") == mine
    with card.page.expect_download() as download:
        card.get_by_text("download", exact=True).click()
    assert download.value.suggested_filename == "order.py"
    assert Path(download.value.path()).read_text("utf-8") == mine
    with card.page.expect_download() as download:
        card.get_by_text("trace", exact=True).click()
    assert '"traceEvents"' in Path(download.value.path()).read_text("utf-8")


def test_python_comes_with_the_first_run_alone(open_tab: Opener, run_site: Site) -> None:
    """Readers load nothing; those who edit load the editor; its size is said before Python is."""
    page = open_tab("about:blank")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{run_site.address}start/first/")
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if "run.js" in url or "/python" in url or "vendor" in url]
    card = card_of(page)
    expect(said(card)).to_have_text("Running it loads Python into this page: 14 MB, once.")
    assert [url for url in asked if "vendor/editor.js" in url]
    assert not [url for url in asked if "/python" in url]
    run(card, "Done")
    loaded = [url.rpartition("/")[2] for url in asked if "/python/" in url]
    assert {"pyodide.mjs", "pyodide.asm.wasm", "python_stdlib.zip"} <= set(loaded)


def test_progress_is_shown_while_python_loads(open_tab: Opener, run_site: Site) -> None:
    """A bar that fills; a stop before it is full is a stop."""
    card = card_of(open_tab(f"{run_site.address}start/first/"))
    bar = card.locator("progress")
    expect(bar).to_be_hidden()
    bar.evaluate("""bar => {
      window.seen = []
      const look = () => window.seen.push(bar.value / bar.max)
      new MutationObserver(look).observe(bar, { attributes: true })
    }""")
    run(card, "Done")
    expect(bar).to_be_hidden()
    seen = card.page.evaluate("window.seen")
    assert seen == sorted(seen)
    assert len(seen) > 3
    assert seen[-1] == pytest.approx(1, abs=0.05)


def test_an_endless_loop_is_stopped(open_tab: Opener, run_site: Site) -> None:
    """What it did until then is drawn; the next program runs."""
    source = SOURCE.replace(
        "    print(results)", '    print("round and round")\n    while True: pass'
    )
    card = with_program(open_tab, run_site, source)
    card.locator(".ed-run").click()
    expect(card.locator(".sw-log")).to_contain_text("round and round", timeout=LONG)
    expect(said(card)).to_have_text("Running …")
    card.locator(".ed-stop").click()
    expect(said(card)).to_have_text(re.compile(r"Stopped after \d\.\d\d s"), timeout=LONG)
    assert log(card)[:2] == [("B", "B done"), ("C", "C done")]
    assert log(card)[-1] == ("main", "round and round")
    assert card.locator(".sw-timeline").count() == 1
    expect(card.locator(".sw-timeline")).to_contain_text("unfinished")
    card.locator("[data-sw=replay]").click()
    expect(card.locator(".rp input[type=range]")).to_be_focused()  # it is loaded when asked for
    card.page.keyboard.press("End")
    card.locator(".rp-back").click()
    assert card.locator(".rp-queues dd").first.inner_text() == "main"
    card.locator("[data-sw=edit]").click()
    card.locator(".ed-reset").click()
    run(card, r"Done in 0\.3")


def test_one_that_prints_without_end_is_stopped_for_the_reader(
    open_tab: Opener, run_site: Site
) -> None:
    """After 5,000 lines."""
    card = with_program(open_tab, run_site, 'while True:\n    print("again")\n')
    run(card, "printed without end")
    assert card.locator(".sw-log li").count() == 5000


def test_one_that_waits_forever_is_stopped(open_tab: Opener, run_site: Site) -> None:
    """A deadlock is quiet, and takes no CPU; the button is where the focus is."""
    source = SOURCE.replace("return name", "await asyncio.Event().wait()")
    card = with_program(open_tab, run_site, source.replace(" done", " here"))
    card.locator(".ed-run").click()
    expect(card.locator(".sw-log")).to_contain_text("A here", timeout=LONG)
    expect(card.locator(".ed-stop")).to_be_focused()
    card.page.keyboard.press("Enter")
    expect(said(card)).to_contain_text("Stopped after", timeout=LONG)
    expect(card.locator(".ed-run")).to_be_focused()
    expect(card.locator(".sw-timeline")).to_contain_text("event")


def test_a_traceback_has_the_readers_line_numbers(open_tab: Opener, run_site: Site) -> None:
    """In the log, in what is said, and as a mark in the editor."""
    card = card_of(open_tab(f"{run_site.address}start/first/"))
    rewrite(card, "return name", 'raise ValueError(f"no {name}")')
    run(card, "ValueError: no B at line 9")
    text = [line for _, line in log(card)]
    assert '  File "snippets/gather/order.py", line 9, in work' in text
    assert '    raise ValueError(f"no {name}")' in text
    assert text[-1] == "ValueError: no B"
    assert not [line for line in text if "machinery" in line or "stopwatch" in line]
    failing = editor(card).locator(".ed-failing")
    expect(failing).to_have_text('    raise ValueError(f"no {name}")')
    expect(card.locator(".sw-foot")).to_contain_text("exit status 1")
    rewrite(card, "raise ValueError", "return name")
    expect(failing).to_have_count(0)
    run(card, "Done")


def test_a_mistake_in_the_syntax_is_shown_where_it_is(open_tab: Opener, run_site: Site) -> None:
    """No traceback through anything of ours."""
    card = with_program(open_tab, run_site, "x = 1\nif x\n    print(x)\n")
    run(card, "SyntaxError: expected ':' at line 2")
    expect(editor(card).locator(".ed-failing")).to_have_text("if x")


def test_threads_are_missing_and_it_says_so(open_tab: Opener, run_site: Site) -> None:
    """An edit may ask for what a browser's Python hasn't got."""
    source = "import asyncio\n\nasyncio.run(asyncio.to_thread(print, 1))\n"
    card = with_program(open_tab, run_site, source)
    run(card, "There are no threads in a browser's Python")


def test_a_program_that_bends_python_is_drawn_by_the_next_one(
    open_tab: Opener, run_site: Site
) -> None:
    """Whatever it does to the modules that draw."""
    source = "import json\njson.loads = json.dumps = None\nprint('bent')\n"
    card = with_program(open_tab, run_site, source)
    run(card, "Done in")
    assert log(card) == [("MainThread", "bent")]


def test_python_that_cant_be_loaded_leaves_everything_as_it_was(
    open_tab: Opener, run_site: Site
) -> None:
    """It says so; once it can be loaded, it is."""
    page = open_tab(f"{run_site.address}start/first/", but="wasm|ERR_FAILED|Failed to fetch")
    page.route("**/*.wasm", lambda route: route.abort())
    card = card_of(page)
    before = card.locator(".sw-timeline").inner_html()
    run(card, "Python could not be loaded")
    assert card.locator(".sw-timeline").inner_html() == before
    assert log(card)[-1] == ("main", "['A', 'B', 'C']")
    page.unroute("**/*.wasm")
    run(card, "Done in")


def test_edits_survive_a_reload_and_can_be_reset(open_tab: Opener, run_site: Site) -> None:
    """The button shows that there are some; reset brings back the program and its recorded run."""
    card = card_of(open_tab(f"{run_site.address}start/first/"))
    recorded = card.locator(".sw-timeline").inner_html()
    button = card.locator("[data-sw=edit]")
    expect(button).not_to_have_class(re.compile("sw-edited"))
    rewrite(card, "print(results)", 'print("mine")')
    expect(button).to_have_class(re.compile("sw-edited"))
    card.page.reload()
    expect(button).to_have_class(re.compile("sw-edited"))
    expect(editor(card)).to_have_count(0)
    button.click()
    expect(editor(card)).to_contain_text('print("mine")')
    expect(said(card)).to_contain_text("your version, as you left it")
    run(card, "Done")
    assert log(card)[-1] == ("main", "mine")
    card.locator(".ed-reset").click()
    expect(editor(card)).to_contain_text("print(results)")
    assert card.locator(".sw-timeline").inner_html() == recorded
    assert log(card)[-1] == ("main", "['A', 'B', 'C']")
    expect(card.locator(".sw-foot")).not_to_contain_text("Run in this page")
    assert card.locator(".sw-code code").text_content() == SOURCE
    card.page.reload()
    expect(button).not_to_have_class(re.compile("sw-edited"))


def test_a_version_is_shared_as_a_link(open_tab: Opener, run_site: Site) -> None:
    """Whoever opens it sees that version, in any alphabet, and decides to run it."""
    card = card_of(open_tab(f"{run_site.address}start/first/"))
    rewrite(card, "print(results)", 'print("你好, <b>", results)')
    card.locator(".ed-share").click()
    expect(said(card)).to_have_text("The link is copied.")
    link = card.page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{run_site.address}start/first/{ORDER}!")
    page = open_tab(link)
    other = page.locator(ORDER)
    expect(editor(other)).to_contain_text('print("你好, <b>", results)')
    expect(other.locator(".ed")).to_be_in_viewport()
    expect(said(other)).to_contain_text("A version from a link. Read it before you run it.")
    expect(said(other)).to_contain_text("Running it loads")
    run(other, "Done")
    assert log(other)[-1] == ("main", "你好, <b> ['A', 'B', 'C']")


def test_a_damaged_link_shows_the_program_of_the_page(open_tab: Opener, run_site: Site) -> None:
    """And says so."""
    card = open_tab(f"{run_site.address}start/first/{ORDER}!abc").locator(ORDER)
    expect(said(card)).to_contain_text("damaged")
    expect(editor(card)).to_contain_text("print(results)")


def test_a_program_reaches_neither_the_network_nor_what_is_kept(
    open_tab: Opener, run_site: Site
) -> None:
    """It may come from somebody else."""
    names = [
        "fetch",
        "XMLHttpRequest",
        "WebSocket",
        "indexedDB",
        "caches",
        "importScripts",
        "Worker",
    ]
    source = (
        f"import js\nprint([name for name in {names} if getattr(js, name, None) is not None])\n"
    )
    card = with_program(open_tab, run_site, source)
    run(card, "Done")
    assert log(card) == [("MainThread", "[]")]


def test_a_program_keeps_to_the_pages_policy(open_tab: Opener, run_site: Site) -> None:
    """No eval, not even through JavaScript."""
    card = with_program(open_tab, run_site, "import js\njs.eval('1')\n", but="unsafe-eval")
    run(card, "EvalError.* at line 2")


def test_the_keyboard_does_it_all(open_tab: Opener, run_site: Site) -> None:
    """Ctrl+Enter runs; Escape and Tab leave the editor."""
    card = card_of(open_tab(f"{run_site.address}start/first/"))
    keys = card.page.keyboard
    keys.press("Control+Enter")
    expect(said(card)).to_contain_text("Done", timeout=LONG)
    editor(card).focus()
    keys.press("Escape")
    keys.press("Tab")
    expect(editor(card)).not_to_be_focused()


def test_what_a_page_cant_run_it_says_why_and_how(open_tab: Opener, run_site: Site) -> None:
    """The program with threads has no button, but a command."""
    page = open_tab(f"{run_site.address}start/first/")
    card = page.locator("#run-to_thread-to_thread-py")
    expect(card.locator("[data-sw=edit]")).to_have_count(0)
    foot = card.locator(".sw-foot")
    expect(foot).to_contain_text(
        "Not in this page, as it starts threads. Once downloaded: uv run to_thread.py"
    )
    expect(page.locator(ORDER).locator(".sw-foot")).not_to_contain_text("Not in this page")


def test_only_pages_that_run_python_allow_webassembly(run_site: Site) -> None:
    """And none allows eval."""
    rules = {
        name: re.search(r'Security-Policy" content="([^"]*)', (run_site.folder / name).read_text())
        for name in ("index.html", "start/first/index.html", "zh/start/first/index.html")
    }
    allowed = {name: "'wasm-unsafe-eval'" in rule[1] for name, rule in rules.items() if rule}
    assert allowed == dict.fromkeys(rules, True) | {"index.html": False}
    assert not [name for name, rule in rules.items() if rule and "'unsafe-eval'" in rule[1]]


def test_both_languages_share_one_python(open_tab: Opener, run_site: Site) -> None:
    """In Chinese everything is said in Chinese."""
    assert not (run_site.folder / "zh/python").exists()
    card = card_of(open_tab(f"{run_site.address}zh/start/first/"))
    expect(card.locator("[data-sw=edit]")).to_have_text("编辑并运行")
    expect(said(card)).to_have_text("运行时会在本页加载 Python：14 MB，仅此一次。")
    run(card, r"完成，用时 0\.3\d s。")
    expect(card.locator(".sw-foot")).to_contain_text("在本页内用 Python 3.14")
    expect(card.locator(".sw-timeline")).to_contain_text("休眠")


def test_a_phone_needs_no_sideways_scrolling(open_tab: Opener, run_site: Site) -> None:
    """Every control fits on 360 pixels, in reach of a thumb."""
    page = open_tab(
        f"{run_site.address}start/first/", viewport={"width": 360, "height": 740}, has_touch=True
    )
    card = card_of(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    for control in card.locator(".ed-bar button:visible, .sw-action").all():
        box = control.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
        assert box["height"] >= 24


def test_from_disk_it_gives_the_command(open_tab: Opener, run_site: Site) -> None:
    """A worker needs a server; the editor doesn't."""
    address = (run_site.folder / "start/first/index.html").as_uri()
    card = card_of(open_tab(address, but="search_index.js"))
    card.locator(".ed-run").click()
    expect(said(card)).to_contain_text("uv run order.py")
