"""The timeline: what it shows of a run, in a picture, in a terminal and in words."""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from stopwatch.model import Lane, Run, Segment
from stopwatch.timeline import (
    colours,
    colours_by_name,
    describe,
    render_svg,
    render_text,
    sentences,
)
from stopwatch.timeline.axis import ticks
from stopwatch.timeline.pixels import MARK, Scale, fit, spread
from stopwatch.timeline.shapes import COMPACT, NORMAL
from stopwatch.timeline.states import Activity
from stopwatch.timeline.svg import LIMIT
from stopwatch.timeline.words import duration

ROOT = Path(__file__).parents[1]
CSS = (ROOT / "docs/theme/css/timeline.css").read_text(encoding="utf-8")
EVIL = '<script>alert("x")</script>&\''


# Runs made up for the tests


def lane(
    id_: int, name: str, created: float = 0.0, ended: float | None = 1000.0, **other: object
) -> Lane:
    """Return a task's lane, a child of main."""
    fields = {"kind": "task", "parent": 1, "outcome": "done", **other}
    return Lane(id=id_, name=name, created=created, ended=ended, **fields)  # type: ignore[arg-type]


def step(
    id_: int, start: float, end: float, waits_on: str | None = None, **other: object
) -> Segment:
    """Return a stretch that was ready the moment it started."""
    fields = {"due": None, "ready": start, "line": 9, **other}
    return Segment(lane=id_, start=start, end=end, waits_on=waits_on, **fields)  # type: ignore[arg-type]


def made(
    *parts: Lane | Segment, total: float = 1000.0, name: str = "page/program.py", **other: object
) -> Run:
    """Return a run of lanes and segments; main, lane 1, is there by itself."""
    lanes = [part for part in parts if isinstance(part, Lane)]
    if not any(part.id == 1 for part in lanes):
        lanes.insert(0, lane(1, "main", 0.0, total, parent=None))
    segments = [part for part in parts if isinstance(part, Segment)]
    fields = {"python": "3.13.0", "imports": 5.0, "exit": 0, "error": None, **other}
    return Run(snippet=name, total=total, lanes=tuple(lanes), segments=tuple(segments), **fields)  # type: ignore[arg-type]


STARVED = made(
    lane(2, "sleeper", 1, 1000),
    lane(3, "hog", 1, 900),
    step(1, 0, 1, "task group", waits_for=(2, 3)),
    step(2, 2, 3, "sleep"),
    step(3, 100, 900),
    step(2, 900, 901, due=300.0, ready=900.0),
    step(1, 999, 1000),
)
FAILED = made(
    lane(2, "A", 1, 300),
    lane(3, "B", 1, 600, outcome="error", error="ValueError"),
    lane(4, "C", 1, 610, outcome="cancelled"),
    lane(5, "D", 1, None, outcome="unfinished"),
    *(step(id_, id_, id_ + 0.1, "sleep") for id_ in (2, 3, 4, 5)),
    step(1, 0, 1, "gather", waits_for=(4, 3, 2)),
)
GIL = made(
    lane(1, "MainThread", 0, 1000, kind="thread", parent=None),
    lane(2, "one", 10, 900, kind="thread"),
    lane(3, "two", 10, 900, kind="thread"),
    lane(4, "whole", 10, 900, kind="process"),
    step(1, 0, 1000, cpu=2.0),
    step(2, 10, 900, cpu=445.0),
    step(3, 10, 900, cpu=445.0),
    step(4, 20, 900, cpu=879.0),
)


def crowd(tasks: int, steps: int, total: float = 5000.0) -> Run:
    """Return a run in which very many tasks take very many short steps by turns."""
    lanes = [lane(id_, f"Task-{id_}", 1, total - 1) for id_ in range(2, tasks + 2)]
    each = total / steps
    segments = [
        step(2 + n * 7 % tasks, n * each, n * each + each * 0.3, "sleep" if n % 3 else "lock")
        for n in range(steps)
    ]
    return made(*lanes, *segments, total=total)


# Reading a picture


def parsed(*runs: Run, **options: object) -> ET.Element:
    """Return a picture as a tree: it is well-formed."""
    return ET.fromstring(render_svg(runs, **options))  # type: ignore[arg-type]


def with_class(root: ET.Element, name: str) -> list[ET.Element]:
    """Return all elements of a class."""
    return [element for element in root.iter() if name in element.get("class", "").split()]


def drawn(picture: ET.Element, id_: int) -> ET.Element:
    """Return what is drawn of one lane."""
    return next(element for element in picture.iter() if element.get("data-lane") == str(id_))


def percent(element: ET.Element, key: str) -> float:
    """Return a length given in per cent of the axis."""
    return float(element.get(key, "").rstrip("%"))


def words_of(element: ET.Element) -> str:
    """Return the text in an element, tooltips included."""
    return " ".join(text.strip() for text in element.itertext() if text.strip())


def names_in(picture: ET.Element) -> list[str]:
    """Return the names of the lanes, from top to bottom."""
    return [words_of(name.find("b")) for name in with_class(picture, "tl-name")]  # type: ignore[arg-type]


# The three states


def test_a_starved_sleeper_is_drawn_waiting_not_asleep() -> None:
    """Suspended until its timer was due, then ready but kept waiting until the hog lets go."""
    sleeper = drawn(parsed(STARVED), 2)
    (asleep,), (kept,) = with_class(sleeper, "tl-h"), with_class(sleeper, "tl-w")
    assert percent(asleep, "x") + percent(asleep, "width") == pytest.approx(30)
    assert [percent(kept, "x1"), percent(kept, "x2")] == pytest.approx([30, 90])
    (held,) = [
        bar for bar in with_class(drawn(parsed(STARVED), 3), "tl-r") if "%" in bar.get("width", "")
    ]
    assert [percent(held, "x"), percent(held, "width")] == pytest.approx([10, 80])


def test_a_late_timer_alone_keeps_nobody_waiting() -> None:
    """Without another task on the loop, a timer that fired late is still sleep."""
    run = made(lane(2, "A"), step(2, 1, 2, "sleep"), step(2, 320, 321, due=300.0))
    assert [s.state for s in Activity(run).of(run.lanes[1])] == ["running", "suspended", "running"]
    assert '"tl-w"' not in render_svg([run])


def test_another_loop_keeps_nobody_waiting() -> None:
    """A hog in a thread's own loop doesn't hold the loop of a task elsewhere."""
    thread = lane(2, "loop thread", kind="thread")
    hog, sleeper = lane(3, "hog", parent=2), lane(4, "sleeper", parent=1)
    steps = (step(4, 1, 2, "sleep"), step(3, 100, 900), step(4, 900, 901, due=300.0))
    states = [s.state for s in Activity(made(thread, hog, sleeper, *steps)).of(sleeper)]
    assert states[:3] == ["running", "suspended", "running"]


def test_a_task_waits_for_its_first_step_and_after_sleep_zero() -> None:
    """From its creation a task is ready; the one that holds the loop keeps it waiting."""
    run = made(
        lane(2, "A", 1),
        step(1, 0, 400, "task"),
        step(2, 400, 401),
        step(1, 401, 600),
        step(2, 600, 601),
    )
    states = [(s.state, s.start, s.end) for s in Activity(run).of(run.lanes[1])]
    assert states[0] == ("ready", 1, 400)
    assert states[2] == ("ready", 401, 600)


def test_a_wait_too_short_to_matter_has_no_mark() -> None:
    """Less than a millisecond, or less than a mark's width, is not drawn as kept waiting."""
    short = made(lane(2, "A", 0), step(1, 0, 0.9, "task"), step(2, 0.9, 1.4), total=2.0)
    narrow = made(lane(2, "A", 0), step(1, 0, 4, "task"), step(2, 4, 5))
    assert '"tl-w"' not in render_svg([short])
    assert '"tl-w"' not in render_svg([narrow])


def test_no_stretch_on_the_loop_is_thinner_than_three_pixels() -> None:
    """At any width: what may shrink below a mark has a mark of fixed width beside it."""
    run = made(
        lane(2, "A"),
        *(
            step(2, t, t + length, "sleep")
            for t, length in ((9, 0.01), (200, 6), (400, 9), (600, 80))
        ),
    )
    bars = with_class(drawn(parsed(run), 2), "tl-r")
    fixed = {bar.get("x") for bar in bars if bar.get("width") == f"{MARK:g}"}
    wide = [bar for bar in bars if "%" in bar.get("width", "")]
    assert len(fixed) == 3
    assert all(bar.get("x") in fixed or percent(bar, "width") / 100 * 200 >= MARK for bar in wide)


def test_marks_of_one_moment_stand_side_by_side_in_order() -> None:
    """Stretches on one loop never overlap, and neither do their marks."""
    shifts = spread([(3, 0.3), (1, 0.1), (2, 0.2)], Scale(1000), 1000)
    places = [shifts[id_][start] for id_, start in ((1, 0.1), (2, 0.2), (3, 0.3))]
    assert all(
        after - before == pytest.approx(MARK, abs=0.01) for before, after in pairwise(places)
    )
    assert all(place > -0.1 for place in places)
    late = spread([(n, 999 + n / 100) for n in range(40)], Scale(1000), 1000)
    offsets = [next(iter(moves.values())) for moves in late.values()]
    assert min(offsets) >= -15 - MARK
    assert max(offsets) <= 0


def test_many_short_steps_show_their_share_not_a_solid_bar() -> None:
    """A thousand wake-ups of 5 % each are a bar that is 5 % high, and say so."""
    steps = [step(2, t, t + 0.05, "sleep") for t in range(1, 1000)]
    run = made(lane(2, "often"), *steps)
    (bar,) = with_class(drawn(parsed(run), 2), "tl-r")
    assert float(bar.get("height", "")) < 4
    assert "999 times, 5 % of the time" in render_svg([run])
    assert "height: share of the time" in render_svg([run])


def test_a_long_hold_among_short_steps_stays_whole() -> None:
    """Merging doesn't water down a stretch that is wide enough to see."""
    steps = [step(2, t, t + 0.05, "sleep") for t in (*range(1, 400), *range(701, 1000))]
    fitted = fit(
        Activity(run := made(lane(2, "A"), *steps, step(2, 400, 700))).of(run.lanes[1]), Scale(1000)
    )
    (whole,) = [s for s in fitted if s.share > 0.85 and s.length > 250]
    assert whole.start == pytest.approx(400, abs=8)


# Threads and processes


def test_under_the_gil_two_threads_are_two_halves_and_a_process_is_whole() -> None:
    """A bar is solid only as high as its share of a CPU."""
    picture = parsed(GIL)
    heights = []
    for id_ in (2, 3, 4):
        (ground,), (solid,) = (
            with_class(drawn(picture, id_), "tl-h"),
            with_class(drawn(picture, id_), "tl-r"),
        )
        heights.append(float(solid.get("height", "")) / float(ground.get("height", "")))
    assert heights == [pytest.approx(0.5, abs=0.01), pytest.approx(0.5, abs=0.01), 1.0]
    assert not with_class(drawn(picture, 1), "tl-r")
    assert "50 % CPU" in words_of(drawn(picture, 2))


@pytest.mark.parametrize(
    ("language", "labels"), [("en", ["threads", "processes"]), ("zh", ["线程", "进程"])]
)
def test_threads_and_processes_stand_under_labels(language: str, labels: list[str]) -> None:
    """After the tasks come the threads, then the processes, each under a thin label."""
    picture = parsed(GIL, language=language)
    assert [words_of(label) for label in with_class(picture, "tl-group")] == labels
    assert names_in(picture) == ["MainThread", "one", "two", "whole"]


def test_a_pool_thread_shows_its_items_one_by_one() -> None:
    """Items of work that follow each other are parted; lines printed within one don't part it."""
    worker = lane(2, "worker_0", kind="thread")
    items = [step(2, 0, 200, line=None, cpu=0.0), step(2, 200.1, 400, line=None, cpu=0.0)]
    printed = [step(2, 400.1, 600, line=7, cpu=0.0), step(2, 600, 800, line=None, cpu=0.0)]
    bars = with_class(drawn(parsed(made(worker, *items, *printed)), 2), "tl-h")
    assert [round(percent(bar, "x")) for bar in bars] == [0, 20, 40]


# Lanes: which, in which order, in which colour


def test_main_is_first_and_children_follow_their_parent() -> None:
    """Tasks stand in order of creation, each followed by the tasks it created."""
    run = made(lane(2, "A"), lane(3, "B"), lane(4, "A's child", parent=2), lane(5, "C"))
    assert names_in(parsed(run)) == ["main", "A", "↳ A's child", "B", "C"]


def test_what_a_library_does_for_itself_is_hidden() -> None:
    """The shutdown of asyncio has no lane; what the program named, ran or awaits has one."""
    library: dict[str, Any] = {"own": False, "parent": None}
    run = made(
        lane(2, "Task-3", runs="BaseEventLoop.shutdown_asyncgens", **library),
        lane(
            3,
            "shutdown_default_executor",
            runs="BaseEventLoop.shutdown_default_executor",
            **library,
        ),
        lane(4, "Thread-1 (_do_shutdown)", kind="thread", own=False),
        lane(5, "named", runs="Server.serve_forever", own=False),
        lane(6, "Task-6", runs="Event.wait", own=False),
        lane(7, "Task-7", runs="sleep", own=False),
        lane(8, "Task-8", runs="RequestResponseCycle.run_asgi", own=False),
        step(1, 0, 1, "task", waits_for=(6,)),
        step(8, 5, 6, line=30),
        *(step(id_, 900, 901, line=None) for id_ in (2, 3, 4)),
    )
    assert names_in(parsed(run)) == ["main", "named", "Task-6", "Task-7", "Task-8"]


def test_a_main_thread_that_only_ran_the_loop_is_hidden() -> None:
    """The main thread has a lane when it did something beside the loop."""
    thread = lane(1, "MainThread", kind="thread", parent=None)
    idle = made(thread, lane(2, "main"), step(1, 0, 1, cpu=1.0), step(2, 1, 2, "sleep"))
    busy = made(thread, lane(2, "main"), step(1, 0, 400, cpu=1.0), step(2, 400, 401, "sleep"))
    assert names_in(parsed(idle)) == ["main"]
    assert names_in(parsed(busy)) == ["MainThread", "main"]


def test_colours_are_stable_and_main_is_grey() -> None:
    """A lane's colour follows from the order of creation among what is shown, eight in turn."""
    run = made(*(lane(id_, f"T{id_}") for id_ in range(2, 12)))
    assert colours(run)[1] == "main"
    assert [colours(run)[id_] for id_ in range(2, 12)] == [f"c{n % 8}" for n in range(10)]
    assert colours_by_name(run) == {lane.name: colours(run)[lane.id] for lane in run.lanes}
    assert "c2" in drawn(parsed(run), 4).get("class", "").split()


def test_colours_cover_every_lane_even_a_hidden_one() -> None:
    """The log asks for the colour of any lane that printed."""
    hidden = lane(2, "Task-2", own=False, parent=None, runs="BaseEventLoop.shutdown_asyncgens")
    assert colours(made(hidden, lane(3, "A"))) == {1: "main", 2: "main", 3: "c0"}


# Outcomes, words, tooltips


def test_each_outcome_has_its_sign_and_words() -> None:
    """A dot is done, a cross an error with its name, ⊘ cancelled, an arrow unfinished."""
    picture = parsed(FAILED)
    for id_, kind, note in (
        (2, "done", ""),
        (3, "error", "ValueError"),
        (4, "cancelled", "cancelled"),
        (5, "unfinished", "unfinished"),
    ):
        lane_ = drawn(picture, id_)
        assert with_class(lane_, "tl-sign")[0].get("class") == f"tl-sign tl-{kind}"
        assert [words_of(out) for out in with_class(lane_, "tl-out")] == ([note] if note else [])
    assert percent(with_class(drawn(picture, 5), "tl-sign")[0], "x") == 100


@pytest.mark.parametrize(("language", "words"), [
    ("en", ["waits for A, B, C", "sleep", "cancelled", "holds the loop"]),
    ("zh", ["等待 A、B、C", "休眠", "已取消", "占用事件循环"]),
])  # fmt: skip
def test_words_are_in_the_page_s_language(language: str, words: list[str]) -> None:
    """What is waited for, outcomes and the key are said in the language of the page."""
    text = words_of(parsed(FAILED, language=language))
    assert all(word in text for word in words)


def test_the_words_at_an_end_keep_clear_of_its_sign() -> None:
    """Where marks of one moment push a sign aside, its words go with it."""
    ended = [lane(id_, f"T{id_}", 1, 500, outcome="cancelled") for id_ in (2, 3, 4)]
    steps = [step(id_, at, at + 0.01) for id_ in (2, 3, 4) for at in (100.0, 499.9)]
    picture = parsed(made(*ended, *steps))
    moved = [re.search(r"\d+(?=px)", out.get("style", "")) for out in with_class(picture, "tl-out")]
    signs = [sign.find("g") for sign in with_class(picture, "tl-cancelled") if sign.tag == "svg"]
    assert [bool(out) for out in moved] == [sign is not None for sign in signs]
    assert any(moved)


def test_the_key_explains_what_is_drawn_and_nothing_else() -> None:
    """A thread that only waits is hatched: that is in the key, shares of a CPU are not."""
    idle = made(lane(1, "MainThread", kind="thread", parent=None), step(1, 0, 1000, cpu=1.0))
    assert [words_of(key) for key in with_class(parsed(idle), "tl-key")] == ["waits"]
    keys = words_of(with_class(parsed(GIL), "tl-key")[0])
    assert keys == "waits height: share of a CPU"


def test_chinese_pictures_hold_no_english_words() -> None:
    """Every word of the machinery is translated."""
    for run in (STARVED, FAILED, GIL):
        text = words_of(parsed(run, language="zh")) + describe(run, language="zh")
        text += " ".join(found.get("title", "") for found in parsed(run, language="zh").iter())
        known = {lane.name for lane in run.lanes} | {
            "page",
            "program",
            "py",
            "CPU",
            "ms",
            "s",
            "ValueError",
        }
        known |= {"p", "ul", "li"}
        assert set(re.findall(r"[A-Za-z]+", text)) <= known


def test_a_tooltip_says_who_what_when_and_where() -> None:
    """Each stretch can be asked: the task, its state, from when to when, why, and the line."""
    html = render_svg([STARVED])
    assert "sleeper: suspended 0.00–0.30 s, waits for sleep (line 9)" in html
    assert "sleeper: ready, kept waiting 0.30–0.90 s" in html
    assert "hog: holds the loop 0.10–0.90 s (line 9)" in html


def test_words_are_left_out_where_they_can_never_fit() -> None:
    """A stretch of a few pixels holds no words, even on the widest screen."""
    run = made(lane(2, "A"), *(step(2, t, t + 1, "sleep") for t in range(1, 1000, 20)))
    assert not with_class(drawn(parsed(run), 2), "tl-word")


# The axis, and several runs on it


def test_compared_runs_share_one_axis_and_each_has_its_total() -> None:
    """The shorter run ends where its total lies on the longer one's scale."""
    slow, fast = made(lane(2, "A", ended=3000), total=3000.0), made(lane(2, "A"), total=1000.0)
    picture = parsed(slow, fast, titles=["in turn", "as tasks"])
    assert [plot.get("data-t1") for plot in with_class(picture, "tl-plot")] == ["3000", "3000"]
    assert [words_of(total) for total in with_class(picture, "tl-total")] == ["3.00 s", "1.00 s"]
    assert [words_of(title) for title in with_class(picture, "tl-title")] == ["in turn", "as tasks"]
    assert [percent(line, "x1") for line in with_class(picture, "tl-end")] == [
        100,
        pytest.approx(33.33),
    ]
    assert len(with_class(picture, "tl-axis")) == 1


def test_titles_default_to_the_programs_names() -> None:
    """A single run needs no title, as its card has one."""
    one, two = made(name="a/one.py"), made(name="a/two.py")
    assert [words_of(t) for t in with_class(parsed(one, two), "tl-title")] == [
        "a/one.py",
        "a/two.py",
    ]
    assert not with_class(parsed(one), "tl-title")


@pytest.mark.parametrize(("span", "first", "last"), [
    (3020.0, "0.5 s", "3.0 s"), (905.0, "0.2 s", "0.8 s"), (300.0, "0.05 s", "0.30 s"),
    (2.6, "0.5 ms", "2.5 ms"), (60.0, "10 ms", "60 ms"), (20000.0, "5 s", "20 s"),
])  # fmt: skip
def test_ticks_are_round_and_exact(span: float, first: str, last: str) -> None:
    """Steps are 1, 2 or 5, at most eight labels, and none is rounded to another value."""
    found = list(ticks(span))
    assert (found[0][1].split()[0], found[1][1], found[-1][1]) == ("0", first, last)
    assert len(found) <= 8
    for ms, label in found:
        value, unit = label.split()
        assert float(value) * (1000 if unit == "s" else 1) == pytest.approx(ms)


def test_the_replay_finds_lanes_and_the_axis() -> None:
    """Lanes carry their id and times, the plot the moments of its left and right edge."""
    plot = with_class(parsed(STARVED), "tl-plot")[0]
    sleeper = drawn(parsed(STARVED), 2)
    assert (plot.get("data-t0"), plot.get("data-t1")) == ("0", "1000")
    assert (sleeper.get("data-start"), sleeper.get("data-end")) == ("1", "1000")


# Safety, size, access


def test_nothing_a_program_names_becomes_markup() -> None:
    """Names, titles, errors and waits are text, whatever they hold."""
    run = made(
        lane(2, EVIL, outcome="error", error=EVIL), step(1, 0, 1, "task", waits_for=(2,)),
        step(2, 5, 6, EVIL), name=EVIL, error=EVIL,
    )  # fmt: skip
    for html in (
        render_svg([run, run], titles=[EVIL, EVIL], id=EVIL),
        describe(run),
        render_svg([crowd_of(EVIL)]),
    ):
        assert "<script" not in html
        ET.fromstring(f"<div>{html}</div>")
    assert EVIL in names_in(parsed(run))


def crowd_of(name: str) -> Run:
    """Return a run with more lanes of one name than can have a row each."""
    return made(
        *(lane(id_, name) for id_ in range(2, 90)),
        *(step(id_, id_, id_ + 1) for id_ in range(2, 90)),
    )


@pytest.mark.parametrize(
    ("tasks", "steps"), [(8, 4000), (40, 4000), (200, 600), (200, 4000), (1900, 4000)]
)
def test_the_worst_runs_give_a_picture_of_bounded_size(tasks: int, steps: int) -> None:
    """However much happens, a picture has at most 60 KB, and says what it leaves out."""
    run = crowd(tasks, steps)
    html = render_svg([run])
    assert len(html.encode()) <= LIMIT
    shown = len(re.findall(r"data-lane=", html)) - 1
    assert shown == tasks or f"{tasks - shown} more, not drawn" in html
    assert shown >= min(tasks, 80)


def test_forty_tasks_all_have_names_and_two_hundred_all_have_lanes() -> None:
    """Lanes become lower before any is left out."""
    assert len(names_in(parsed(crowd(40, 200)))) == 41
    picture = parsed(crowd(200, 600))
    assert len([element for element in picture.iter() if element.get("data-lane")]) == 201


def test_a_run_without_lanes_is_still_a_picture() -> None:
    """Nothing recorded is said in words, and nothing divides by zero."""
    empty = Run("a/b.py", "3.13.0", 1.0, 0.0, 0, None)
    assert "nothing was recorded" in words_of(parsed(empty))
    assert "nothing was recorded" in describe(empty)
    assert not render_text(empty)


def test_the_picture_has_a_text_alternative_and_stays_out_of_search() -> None:
    """Screen readers hear what it shows; the search index doesn't hold it."""
    picture = parsed(STARVED, id="x")
    alternative = next(e for e in picture.iter() if e.get("id") == picture.get("aria-labelledby"))
    assert picture.get("role") == "img"
    assert picture.get("data-search-exclude") is not None
    assert words_of(alternative) == (
        "Timeline of page/program.py. page/program.py took 1.00 s: main and 2 tasks."
    )


def test_ids_are_unique_and_begin_with_the_one_given() -> None:
    """Two pictures in a page don't paint with each other's hatches."""
    ids = [
        element.get("id", "")
        for element in parsed(STARVED, FAILED, id="here").iter()
        if element.get("id")
    ]
    assert len(ids) == len(set(ids))
    assert all(id_.startswith("tl-here") for id_ in ids)
    used = set(re.findall(r"url\(#([^)]+)\)", render_svg([STARVED, FAILED], id="here")))
    assert used <= set(ids)


# In words


def test_the_words_say_the_facts_of_the_picture() -> None:
    """For each lane: when, how it ended, how long it ran, slept and was kept waiting."""
    first, main, sleeper, hog = sentences(STARVED)
    assert first == "page/program.py took 1.00 s: main and 2 tasks."
    assert "suspended 1.00 s (waits for sleeper, hog, line 9)" in main
    assert sleeper == (
        "sleeper: 0.00–1.00 s, done; holds the loop 2 times, 2.0 ms in all; "
        "suspended 0.30 s (sleep, line 9); ready but kept waiting 0.60 s."
    )
    assert "holds the loop once, 0.80 s" in hog


@pytest.mark.parametrize(("language", "kept"), [
    ("en", ["0.30\u00a0s (sleep, line\u00a09)", "took 1.00\u00a0s"]),
    ("zh", ["0.30\u00a0s（休眠，第\u00a09\u00a0行）", "2\u00a0次", "用时 1.00\u00a0s"]),
])  # fmt: skip
def test_no_line_breaks_between_a_number_and_its_unit(language: str, kept: list[str]) -> None:
    """In the page; as plain text the same words have plain spaces."""
    html = describe(STARVED, language=language)
    assert all(words in html for words in kept)
    assert "\u00a0" not in "".join(sentences(STARVED, language=language))


def test_the_words_tell_outcomes_and_shares() -> None:
    """Failed, cancelled and unfinished lanes are said, and a thread's share of the CPU."""
    said = "\n".join(sentences(FAILED))
    assert "B: 0.00–0.60 s, failed with ValueError" in said
    assert "C: 0.00–0.61 s, cancelled" in said
    assert "D: 0.00–1.00 s, unfinished" in said
    assert "at work 0.89 s, 50 % of it on a CPU" in "\n".join(sentences(GIL))
    assert "占用 CPU 50 %" in describe(GIL, language="zh") or "50 % 占用 CPU" in describe(
        GIL, language="zh"
    )


def test_the_words_tell_how_a_run_failed() -> None:
    """An exit status, or why the runner stopped it."""
    assert "exit status 3" in describe(made(exit=3))
    assert "was killed" in describe(made(exit=-9, error="was killed after 20 s"))


def test_very_many_lanes_are_not_all_said() -> None:
    """A list of forty, and how many more."""
    said = sentences(crowd(200, 300))
    assert len(said) == 42
    assert said[-1] == "And 161 more."


# In a terminal


@pytest.mark.parametrize(
    "run", [STARVED, FAILED, GIL, crowd(30, 900)], ids=["starved", "failed", "gil", "crowd"]
)
@pytest.mark.parametrize("columns", [50, 80, 132])
def test_terminal_lines_fit_their_width(run: Run, columns: int) -> None:
    """No line but the legend is wider than asked for."""
    lines = render_text(run, width=columns).splitlines()[:-1]
    assert max(map(len, lines)) <= columns


def test_the_terminal_tells_the_three_states_apart() -> None:
    """Solid, hatched and dotted; under the GIL half blocks, full ones for a process."""
    rows = {line.split()[0]: line for line in render_text(STARVED).splitlines()}
    assert re.search(r"sleeper █╱+•+█", rows["sleeper"])
    assert re.search(r"hog .*█{40}", rows["hog"])
    assert "• ready, kept waiting" in render_text(STARVED)
    rows = {line.split()[0]: line for line in render_text(GIL).splitlines() if line.split()}
    assert "▄" * 40 in rows["one"]
    assert "█" * 40 in rows["whole"]


def test_the_terminal_shows_outcomes_and_the_total() -> None:
    """The same signs at the lanes' ends, and the total at the end of the axis."""
    text = render_text(FAILED)
    assert "✕ ValueError" in text
    assert "⊘ cancelled" in text
    assert "→ unfinished" in text
    assert text.splitlines()[-2].endswith("1.00 s")


def test_colours_are_for_terminals_only() -> None:
    """Without colour there is no escape sequence; with it, the text is the same."""
    plain, coloured = render_text(STARVED), render_text(STARVED, colour=True)
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[\d+m", "", coloured) == plain


# The style sheet


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour such as "#0072b2"."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def palettes() -> list[dict[str, str]]:
    """Return the colours of the style sheet: light, slate, and the system's dark scheme."""
    blocks = re.findall(r"\{([^{}]*--tl-c0: #[^{}]*)\}", CSS)
    return [dict(re.findall(r"(--tl-\w+): (#[0-9a-f]{6})", block)) for block in blocks]


def test_both_schemes_define_the_same_colours_and_both_dark_ones_agree() -> None:
    """Light, Material's slate, and the system's dark scheme."""
    light, slate, system = palettes()
    assert set(light) == set(slate)
    assert slate == system


@pytest.mark.parametrize(("palette", "grounds"), [
    (0, ["#ffffff"]), (1, ["#13161d", "#191d26", "#1b1e27"]),
], ids=["light", "dark"])  # fmt: skip
def test_bars_and_names_stand_out(palette: int, grounds: list[str]) -> None:
    """Bars have a contrast of 3:1 against their ground, all text 4.5:1."""
    for name, colour in palettes()[palette].items():
        if name in {"--tl-rule", "--tl-ground"}:
            continue
        least = 3.0 if re.match(r"--tl-(c\d|main|edge)$", name) else 4.5
        assert all(contrast(colour, ground) >= least for ground in grounds), name


def test_every_class_of_a_picture_is_styled() -> None:
    """Nothing in a picture depends on a class the style sheet doesn't know."""
    html = render_svg([STARVED, FAILED, GIL]) + render_svg([crowd(200, 600)])
    used = {name for names in re.findall(r'class="([^"]*)"', html) for name in names.split()}
    assert used - {"tl-unfinished"} <= set(re.findall(r"\.([\w-]+)", CSS))


def test_lanes_are_as_high_as_they_are_drawn() -> None:
    """Themes override the attribute, so the style sheet repeats it."""
    for shape in (NORMAL, COMPACT):
        assert f".tl-{shape.name} .tl-track > svg {{ height: {shape.row}px; }}" in CSS


def test_no_text_is_smaller_than_eleven_pixels() -> None:
    """Legible on a phone, where the text keeps its size."""
    sizes = re.findall(r"font(?:-size)?: (?:\d{3} )?([\d.]+)px", CSS)
    assert sizes
    assert min(map(float, sizes)) >= 11


# The room


def test_the_timeline_needs_the_standard_library_alone() -> None:
    """The browser imports the same files: nothing but the standard library and the model."""
    for path in (ROOT / "docs/stopwatch/timeline").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                first = name.partition(".")[0]
                inside = name == "stopwatch.model" or name.startswith("stopwatch.timeline")
                assert inside or (first != "stopwatch" and first in sys.stdlib_module_names), name


def test_durations_are_written_as_in_the_prose() -> None:
    """A total in a picture and the same total in a sentence never differ."""
    from stopwatch import readings

    for ms in (0.04, 0.4, 9.94, 12.0, 99.6, 100.0, 300.4, 3020.0):
        assert duration(ms) == readings.duration(ms)


def test_a_run_is_not_changed_by_being_drawn() -> None:
    """Drawing twice gives the same picture."""
    assert render_svg([STARVED]) == render_svg([replace(STARVED)])
