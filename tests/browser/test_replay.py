"""The replay in a real browser: step, play, keys, links, several runs, and a page from disk."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from stopwatch.export import to_page
from stopwatch.model import Lane, Line, Run, Segment
from tests.browser.conftest import Site
from tests.conftest import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.kept("snippets")]

GATHER = "#run-gather-order-py"
PILLS = """card => [...card.querySelectorAll(".rp-at")].map((line, i) => [
  Number(line.dataset.line),
  [...card.querySelectorAll(".rp-of-line")[i].children].map((pill) => pill.textContent),
])"""
# What a pill says: its words, or where they are hidden, what stands before them.
SEEN = """pill => pill.innerText.trim()
  || getComputedStyle(pill, "::before").content.replaceAll('"', "")"""
Opener = Callable[..., Page]


@pytest.fixture
def card(open_tab: Opener, replay_site: Site) -> Locator:
    """The card of the gather program, its player open."""
    page = open_tab(f"{replay_site.address}start/first/")
    return opened(page, GATHER)


def opened(page: Page, card: str) -> Locator:
    """Open a card's player."""
    found = page.locator(card)
    found.locator("[data-sw=replay]").click()
    expect(found.locator(".rp")).to_be_visible()
    return found


def moments(card: Locator) -> Iterator[tuple[str, dict[int, list[str]]]]:
    """Step through a run; yield what is said and who is where, by the number of the line."""
    for _ in range(200):
        yield said(card), dict(card.evaluate(PILLS))
        before = at(card)
        card.locator(".rp-step").click()
        if at(card) == before:
            return
    pytest.fail("the run has no end")


def said(card: Locator) -> str:
    """Return the sentence about the last step."""
    return card.locator(".rp-said").inner_text()


def at(card: Locator) -> float:
    """Return the moment the player is at (ms)."""
    return float(card.locator("input[type=range]").input_value())


def line_of(text: str) -> int:
    """Return the number of the gather program's line that begins so."""
    lines = (ROOT / "snippets/gather/order.py").read_text("utf-8").splitlines()
    return next(i for i, line in enumerate(lines, 1) if line.strip().startswith(text))


def test_stepping_shows_the_right_task_at_the_right_line(card: Locator) -> None:
    """Three tasks are created, each enters work() and sleeps, and they wake in their order."""
    seen = list(moments(card))
    work, sleep, gather = map(line_of, ("async def work", "await asyncio", "results = await"))
    entering = [who[work] for _, who in seen if work in who and who[work][0].startswith("▶")]
    assert [pills[0] for pills in entering] == ["▶ A", "▶ B", "▶ C"]
    assert entering[0][1:] == ["B ready, kept waiting", "C ready, kept waiting"]
    asleep = next(
        who for _, who in seen if who.get(sleep) == ["A · sleep", "B · sleep", "C · sleep"]
    )
    assert asleep[gather] == ["main waits for A, B, C"]
    waking = [who[sleep][0] for _, who in seen if sleep in who and who[sleep][0].startswith("▶")]
    assert list(dict.fromkeys(waking)) == ["▶ B", "▶ C", "▶ A"]


def test_stepping_tells_the_story(card: Locator) -> None:
    """Each step is said in words, for those who can't see it, in the order of what happened."""
    story = " | ".join(text for text, _ in moments(card))
    told = [
        "Nothing has run yet",
        "main runs from line 12 on",
        "A is created",
        "main lets go, waits for A, B, C (line 13); A runs",
        "the loop sleeps until B is due",
        "B runs",
        "B prints “B done”",
        "B is done",
        "C is done",
        "A is done",
        "main is done",
    ]
    place = 0
    for text in told:
        assert text in story[place:], story
        place = story.index(text, place)
    assert card.locator(".rp-said").get_attribute("aria-live") == "polite"


def test_what_is_still_to_come_is_pale(card: Locator) -> None:
    """Lines of the log light up one by one, the playhead wanders to the end."""
    later = card.locator(".sw-log .rp-later")
    expect(later).to_have_count(4)
    counts = [later.count() for _ in moments(card)]
    assert counts == sorted(counts, reverse=True)
    assert set(counts) == {0, 1, 2, 3, 4}
    plot, head = card.locator(".tl-plot"), card.locator(".tl-playhead")
    part = head.evaluate("head => parseFloat(head.style.left)")
    assert part == pytest.approx(100, abs=1)
    expect(plot.locator(".rp-future")).to_have_count(1)


def test_stepping_back_undoes_a_step(card: Locator) -> None:
    """Forward and back again is where one was."""
    for _ in range(6):
        card.locator(".rp-step").click()
    before = (at(card), card.evaluate(PILLS))
    card.locator(".rp-step").click()
    assert (at(card), card.evaluate(PILLS)) != before
    card.locator(".rp-back").click()
    assert (at(card), card.evaluate(PILLS)) == before


def test_it_plays_to_the_end_and_pauses(card: Locator) -> None:
    """At full speed a run of 0.3 s takes 0.3 s; a press stops it on the way."""
    play = card.locator(".rp-play")
    expect(play).to_have_attribute("aria-label", "Play")
    card.locator("select").select_option("0.01")
    play.click()
    expect(play).to_have_attribute("aria-label", "Pause")
    card.page.wait_for_timeout(1000)
    play.click()
    expect(play).to_have_attribute("aria-label", "Play")
    assert 0 < at(card) < 250
    card.locator("select").select_option("1")
    play.click()
    expect(card.locator(".sw-log .rp-later")).to_have_count(0)
    expect(play).to_have_attribute("aria-label", "Play")
    assert at(card) > 300


def test_the_keyboard_does_it_all(card: Locator) -> None:
    """Space plays and pauses, arrows step, Home and End go to the ends, as soon as it is open."""
    keys = card.page.keyboard
    assert card.page.evaluate("document.activeElement.type") == "range"
    keys.press("ArrowRight")
    keys.press("ArrowRight")
    second = at(card)
    assert second > 0
    keys.press("ArrowLeft")
    assert 0 < at(card) < second
    keys.press("End")
    assert at(card) > 300
    keys.press("Home")
    assert at(card) == 0
    keys.press(" ")
    expect(card.locator(".rp-play")).to_have_attribute("aria-label", "Pause")
    keys.press(" ")
    expect(card.locator(".rp-play")).to_have_attribute("aria-label", "Play")


def test_dragging_on_the_timeline_moves_the_playhead(card: Locator) -> None:
    """And a click on a line of the log goes to when it was printed."""
    plot = card.locator(".tl-plot")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box
    mouse = card.page.mouse
    mouse.move(box["x"] + 5, box["y"] + 20)
    mouse.down()
    mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
    mouse.up()
    span = float(plot.get_attribute("data-t1") or 0)
    assert at(card) == pytest.approx(span / 2, abs=span / 50)
    card.locator(".sw-log li").nth(0).click()
    assert "B prints “B done”" in said(card)


def test_a_link_leads_to_a_moment(open_tab: Opener, replay_site: Site) -> None:
    """It opens the card's player there, and the link that is copied leads there again."""
    page = open_tab(f"{replay_site.address}start/first/{GATHER}@0.15")
    card = page.locator(GATHER)
    expect(card.locator(".rp")).to_be_in_viewport()
    assert at(card) == pytest.approx(150)
    card.locator(".rp-step").click()
    moment = at(card)
    card.locator(".rp-link").click()
    expect(card.locator(".rp-said")).to_have_text("The link is copied")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{replay_site.address}start/first/{GATHER}@0.2")
    again = open_tab(link).locator(GATHER)
    expect(again.locator(".rp")).to_be_visible()
    assert at(again) == pytest.approx(moment, abs=0.001)


def test_copy_copies_the_file_without_what_the_player_adds(card: Locator) -> None:
    """Pills are no part of the program."""
    for _ in range(8):
        card.locator(".rp-step").click()
    card.locator("[data-sw=copy]").click()
    expect(card.locator("[data-sw=copy]")).to_have_text("copied")
    copied = card.page.evaluate("navigator.clipboard.readText()")
    assert copied == (ROOT / "snippets/gather/order.py").read_text("utf-8")


def test_closing_leaves_nothing_behind(card: Locator) -> None:
    """The card is what it was, and can be opened again."""
    card.locator(".rp-step").click()
    card.locator("[data-sw=replay]").click()
    expect(
        card.locator(".rp, .rp-pills, .rp-at, .rp-future, .rp-later, .tl-playhead")
    ).to_have_count(0)
    opened(card.page, GATHER)


def test_several_runs_share_one_playhead(open_tab: Opener, replay_site: Site) -> None:
    """A comparison plays all its runs at the same moment."""
    page = open_tab(f"{replay_site.address}start/first/")
    card = opened(page, ".sw-compare")
    heads = card.locator(".tl-playhead")
    expect(heads).to_have_count(2)
    card.locator("input[type=range]").evaluate(
        "input => { input.value = 150; input.dispatchEvent(new Event('input')) }"
    )
    left = [head.evaluate("head => head.getBoundingClientRect().left") for head in heads.all()]
    assert left[0] == pytest.approx(left[1], abs=1)
    logs = [log.locator(".rp-later").count() for log in card.locator(".sw-log").all()]
    assert logs == [3, 1]


def test_who_wants_no_motion_gets_steps(open_tab: Opener, replay_site: Site) -> None:
    """With prefers-reduced-motion, playing goes from event to event and never between."""
    page = open_tab(f"{replay_site.address}start/first/", reduced_motion="reduce")
    card = opened(page, GATHER)
    assert card.locator("select").input_value() == "0"
    assert card.locator("select option:disabled").count() > 3
    card.locator(".rp-play").click()
    places = set()
    end = time.monotonic() + 2.5
    while time.monotonic() < end:
        places.add(at(card))
        page.wait_for_timeout(50)
    assert 2 <= len(places) <= 4


def test_the_script_comes_when_it_is_asked_for(open_tab: Opener, replay_site: Site) -> None:
    """Readers who only read load none of it."""
    page = open_tab("about:blank")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{replay_site.address}start/first/")
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if "replay.js" in url]
    opened(page, GATHER)
    assert [url for url in asked if "replay.js" in url]


def test_in_chinese_it_speaks_chinese(open_tab: Opener, replay_site: Site) -> None:
    """Button, steps and queues."""
    page = open_tab(f"{replay_site.address}zh/start/first/")
    card = opened(page, GATHER)
    expect(card.locator("[data-sw=replay]")).to_have_text("▶ 单步")
    story = " ".join(text for text, _ in moments(card))
    told = ("还没有开始运行", "main 从第 12 行起运行", "A 让出，等待休眠（第 7 行）", "A 完成")
    for text in told:
        assert text in story
    assert "就绪队列" in card.locator(".rp-queues").inner_text()


def test_a_phone_needs_no_sideways_scrolling(open_tab: Opener, replay_site: Site) -> None:
    """Every control fits on 360 pixels, in reach of a thumb."""
    page = open_tab(
        f"{replay_site.address}start/first/{GATHER}@0.15", viewport={"width": 360, "height": 740}
    )
    expect(page.locator(".rp")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    for control in page.locator(".rp :is(button, input, select)").all():
        box = control.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
        assert box["height"] >= 24


def test_pills_leave_the_code_in_sight(open_tab: Opener, replay_site: Site) -> None:
    """What a task waits for stands behind its line where there is room, else only its name."""
    for width, expected in ((1200, "main waits for A, B, C"), (390, "main")):
        page = open_tab(
            f"{replay_site.address}start/first/", viewport={"width": width, "height": 800}
        )
        card = opened(page, GATHER)
        next(text for text, _ in moments(card) if text.startswith("C runs"))
        pill = card.locator(".rp-pill.main")
        assert pill.evaluate(SEEN) == expected


def test_it_works_from_disk(open_tab: Opener, replay_site: Site) -> None:
    """No server: the run sits in the page, the script beside it."""
    # The theme asks for the search index that its plugin for offline use would have written.
    address = (replay_site.folder / "start/first/index.html").as_uri()
    page = open_tab(address, but="search_index.js")
    card = opened(page, GATHER)
    card.locator(".rp-step").click()
    assert at(card) > 0


# A page of its own


def test_a_program_of_ones_own_becomes_a_page(open_tab: Opener, tmp_path: Path) -> None:
    """With ``run my.py --html out.html``; it plays from disk and asks for nothing else."""
    program = tmp_path / "my.py"
    program.write_bytes((ROOT / "snippets/gather/order.py").read_bytes())
    page_path = tmp_path / "out.html"
    command = ["-m", "stopwatch", "run", "--html", str(page_path), "--language", "zh", str(program)]
    subprocess.run([sys.executable, *command], check=True, capture_output=True, cwd=tmp_path)
    page = open_tab("about:blank")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page_path.as_uri())
    card = page.locator("#run")
    expect(card.locator(".rp")).to_be_visible()
    story = " ".join(text for text, _ in moments(card))
    assert "B 输出“B done”" in story
    assert asked == [page_path.as_uri()]
    card.locator("[data-sw=copy]").click()
    expect(card.locator("[data-sw=copy]")).to_have_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()") == program.read_text("utf-8")


def large_run() -> Run:
    """Return a run of 200 tasks and 10 s, 4000 segments, 1000 lines."""
    lanes = [Lane(1, "main", "task", None, 0.0, 10_000.0, "done", runs="main")]
    lanes += [
        Lane(i, f"worker {i}", "task", 1, i * 0.01, 9_000.0 + i, "done", runs="work")
        for i in range(2, 202)
    ]
    segments = [Segment(1, None, 0.0, 0.0, 3.0, line=9, waits_on="gather", waits_for=(2, 3))]
    segments += [
        Segment(2 + i % 200, None, 2.4 * i, 2.5 * i + 4, 2.5 * i + 5, line=5, waits_on="lock")
        for i in range(3_998)
    ]
    lines = [Line(10.0 * i, "stdout", "worker 7", f"line {i}", 7, 5) for i in range(1_000)]
    blank = Run("large.py", "3.11.7", 0.0, 10_000.0, 0, None)
    return replace(blank, lanes=tuple(lanes), segments=tuple(segments), output=tuple(lines))


def test_a_large_run_opens_and_steps_at_once(open_tab: Opener, tmp_path: Path) -> None:
    """200 tasks, 10 s: at most 1.5 MB; a second to open it, a second for ten steps and a jump."""
    source = "async def work():\n    ...\n" * 5
    path = tmp_path / "large.html"
    path.write_text(to_page(large_run(), source), encoding="utf-8")
    assert path.stat().st_size <= 1_500_000
    page = open_tab(path.as_uri())
    expect(page.locator(".rp")).to_be_visible()
    opening: Any = page.evaluate(
        "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
    )
    assert opening < 1500
    took = page.evaluate(
        """() => {
          const start = performance.now()
          const click = (name) => document.querySelector(name).click()
          for (let i = 0; i < 10; i++) click(".rp-step")
          const slider = document.querySelector(".rp input")
          slider.value = 5000
          slider.dispatchEvent(new Event("input"))
          document.body.getBoundingClientRect()
          return performance.now() - start
        }"""
    )
    assert took < 1000
    assert page.locator(".rp-at").count() >= 1
