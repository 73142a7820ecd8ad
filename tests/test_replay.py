"""The replay's state at any moment is a pure function of the Run: Node is asked, no browser."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import playwright
import pytest

from stopwatch.model import Lane, Line, Run, Segment
from stopwatch.packed import embed_run, pack
from stopwatch.timeline.states import Activity
from tests.conftest import ROOT, SNIPPETS

pytestmark = pytest.mark.kept("snippets")

REPLAY = ROOT / "docs/theme/js/replay.js"
NAMES = [snippet.name for snippet in SNIPPETS]
_ASK = """
const replay = require(process.argv[1])
const asked = JSON.parse(require("fs").readFileSync(0, "utf-8"))
const answer = asked.map(({ run, times }) => {
  const read = replay.unpack(run)
  const moments = replay.momentsOf(read)
  const states = (times || moments).map((t) => ({ t, ...replay.stateAt(read, t) }))
  return { read, moments, steps: replay.stepsOf(read), states }
})
process.stdout.write(JSON.stringify(answer))
"""


@cache
def node() -> str:
    """Return the Node that Playwright brings, or else one on the PATH."""
    ours = Path(playwright.__file__).parent / "driver/node"
    found = str(ours) if ours.is_file() else shutil.which("node")
    return found or pytest.skip("no Node: uv sync installs Playwright, which brings one")


def ask(*runs: tuple[str, Iterable[float] | None]) -> list[dict[str, Any]]:
    """Return what replay.js says of runs in JSON at these times, by default at all moments."""
    asked = [{"run": json.loads(run), "times": times and list(times)} for run, times in runs]
    answer = subprocess.run(
        [node(), "-e", _ASK, str(REPLAY)],
        input=json.dumps(asked),
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    return json.loads(answer.stdout)  # type: ignore[no-any-return]


def lanes(state: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return a state's lanes by name."""
    return {lane["name"]: lane for lane in state["lanes"]}


def task(number: int, name: str, **fields: Any) -> Lane:
    """Return a finished task of a made-up run."""
    return replace(Lane(number, name, "task", None, 0.0, 400.0, "done"), **fields)


# main starts A and B, which sleep; at 100 ms B should wake, but A holds the loop until 150 ms.
MADE_UP = Run(
    snippet="made/up.py",
    python="3.11",
    imports=0.0,
    total=400.0,
    exit=0,
    error=None,
    output=(Line(0.5, "stdout", "main", "begins", 1, 20), Line(120.0, "stdout", "A", "x", 2, 9)),
    lanes=(
        task(1, "main"),
        task(2, "A", parent=1, created=0.6, ended=150.1),
        task(3, "B", parent=1, created=0.7, ended=300.0, outcome="cancelled"),
    ),
    segments=(
        Segment(1, None, 0.1, 0.2, 1.0, line=22, waits_on="gather", waits_for=(2, 3)),
        Segment(2, None, 0.6, 1.1, 1.2, line=7, waits_on="sleep"),
        Segment(3, None, 0.7, 1.3, 1.4, line=7, waits_on="sleep"),
        Segment(2, 90.0, 90.1, 90.2, 150.0),
        Segment(3, 100.0, 150.1, 150.2, 151.0, line=11, waits_on="lock"),
        Segment(1, None, 300.0, 300.1, 400.0),
    ),
)


def test_at_each_moment_it_says_who_is_where() -> None:
    """Not yet there, running, suspended at a line, kept waiting, ended with an outcome."""
    times = (0.0, 0.5, 0.9, 50.0, 95.0, 110.0, 130.0, 200.0, 350.0, 400.0)
    [answer] = ask((MADE_UP.to_json(), times))
    at = {state["t"]: state for state in answer["states"]}
    said = {t: {k: (v["state"], v["line"]) for k, v in lanes(s).items()} for t, s in at.items()}
    assert said[0.0] == {"main": ("ready", None), "A": ("not yet", None), "B": ("not yet", None)}
    assert said[0.5]["main"] == ("running", 20)
    assert said[0.9] == {"main": ("running", 20), "A": ("ready", None), "B": ("ready", None)}
    assert said[50.0] == {"main": ("suspended", 22), "A": ("suspended", 7), "B": ("suspended", 7)}
    assert said[95.0]["A"] == ("running", 7)
    assert said[110.0]["B"] == ("ready", 7)
    assert said[130.0]["A"] == ("running", 9)
    assert said[200.0] == {"main": ("suspended", 22), "A": ("ended", None), "B": ("suspended", 11)}
    assert lanes(at[350.0])["B"]["outcome"] == "cancelled"
    assert lanes(at[400.0])["main"]["outcome"] == "done"


def test_it_knows_the_loops_queues() -> None:
    """The ready queue in its order, the timers by when they are due, and who waits for whom."""
    [answer] = ask((MADE_UP.to_json(), (0.9, 50.0, 110.0, 200.0)))
    queued, asleep, late, last = answer["states"]
    assert queued["readyQueue"] == [2, 3]
    assert asleep["timers"] == [{"id": 2, "due": 90.0}, {"id": 3, "due": 100.0}]
    assert asleep["waiting"] == [{"id": 1, "waitsOn": "gather", "waitsFor": [2, 3]}]
    assert (late["readyQueue"], late["timers"]) == ([3], [])
    assert last["waiting"][1] == {"id": 3, "waitsOn": "lock", "waitsFor": []}
    assert [state["output"] for state in answer["states"]] == [1, 1, 1, 2]


def test_steps_pass_over_what_no_reader_can_see() -> None:
    """Letting go of the loop is no step of its own when another task takes it at once."""
    [answer] = ask((MADE_UP.to_json(), None))
    assert 1.2 in answer["moments"]
    assert 1.2 not in answer["steps"]
    assert set(answer["steps"]) <= set(answer["moments"])
    assert {0.5, 0.6, 0.7, 1.3, 1.4, 100.0, 120.0, 400.0} <= set(answer["steps"])


@pytest.fixture(scope="module")
def answers(run: Callable[[str], Run]) -> Answers:
    """Every recorded run, and what the replay says of it at all its moments."""
    runs = []
    for name in NAMES:
        try:
            runs.append(run(name))
        except BaseException as error:  # its own test says why
            if isinstance(error, KeyboardInterrupt):
                raise
    said = ask(*((pack(run), None) for run in runs))
    return {run.snippet: (run, answer) for run, answer in zip(runs, said, strict=True)}


Answers = dict[str, tuple[Run, dict[str, Any]]]
Times = dict[str, list[float]]


def stretches_of(run: Run) -> list[tuple[int, Any, float]]:
    """Return the stretches of all lanes long enough to be drawn, and the middle of each (ms)."""
    activity = Activity(run)
    return [
        (lane.id, stretch, (stretch.start + stretch.end) / 2)
        for lane in run.lanes
        for stretch in activity.of(lane)
        if stretch.length > 0.003
    ]


def states_at(answers: Answers, times: Times) -> dict[str, list[Any]]:
    """Return each run's states at these times; all in one question, for each starts a Node."""
    said = ask(*((pack(answers[name][0]), when) for name, when in times.items()))
    return {name: one["states"] for name, one in zip(times, said, strict=True)}


@pytest.fixture(scope="module")
def in_the_middle(answers: Answers) -> dict[str, list[Any]]:
    """The replay's states in the middle of each stretch, by the snippet's name."""
    return states_at(
        answers,
        {
            name: sorted({t for _, _, t in stretches_of(run)})[:3000]
            for name, (run, _) in answers.items()
        },
    )


@pytest.fixture(scope="module")
def in_between(answers: Answers) -> dict[str, list[Any]]:
    """The replay's states between each two moments, by the snippet's name."""
    return states_at(
        answers,
        {
            name: [(a + b) / 2 for a, b in pairwise(said["moments"])]
            for name, (_, said) in answers.items()
        },
    )


@pytest.fixture
def answer(request: pytest.FixtureRequest, answers: Answers) -> tuple[Run, dict[str, Any]]:
    """The run of one snippet, and what the replay says of it."""
    if request.param not in answers:
        pytest.skip("no run on this machine")
    return answers[request.param]


every_run = pytest.mark.parametrize("answer", NAMES, indirect=True)


@every_run
def test_one_task_at_a_time_holds_a_loop(answer: tuple[Run, dict[str, Any]]) -> None:
    """At no moment do two tasks of one loop run; of other lanes several may."""
    run, said = answer
    of = {lane.id: lane for lane in run.lanes}

    def home(lane: int | None) -> int | None:
        while lane in of and of[lane].kind == "task":
            lane = of[lane].parent
        return lane

    for state in said["states"]:
        running = [x["id"] for x in state["lanes"] if x["state"] == "running"]
        loops = [home(lane) for lane in running if of[lane].kind == "task"]
        assert len(loops) == len(set(loops)), state["t"]


@every_run
def test_the_replay_and_the_picture_agree(
    answer: tuple[Run, dict[str, Any]], in_the_middle: dict[str, list[Any]]
) -> None:
    """Wherever the timeline draws a state, the replay says the same, with its line and reason."""
    run, _ = answer
    states = {
        state["t"]: {x["id"]: x for x in state["lanes"]} for state in in_the_middle[run.snippet]
    }
    for lane, stretch, t in stretches_of(run):
        if t in states:
            found = states[t][lane]
            assert found["state"] == stretch.state, (t, found, stretch)
            if stretch.state == "suspended":
                assert found["line"] == stretch.line
                assert found["waitsOn"] == stretch.waits_on
                assert tuple(found["waitsFor"]) == stretch.waits_for


@every_run
def test_moments_are_in_order_and_complete(
    answer: tuple[Run, dict[str, Any]], in_between: dict[str, list[Any]]
) -> None:
    """Sorted and distinct, from 0 to the end; between two of them nothing changes."""
    run, said = answer
    moments = said["moments"]
    assert all(first < second for first, second in pairwise(moments))
    assert moments[0] == 0
    assert moments[-1] == pytest.approx(run.total, abs=0.001)
    assert said["states"][-1]["output"] == len(run.output)
    for state, same in zip(said["states"], in_between[run.snippet], strict=False):
        assert [x["state"] for x in state["lanes"] if x["shown"]] == [
            x["state"] for x in same["lanes"] if x["shown"]
        ]


@every_run
def test_a_packed_run_says_the_same(answer: tuple[Run, dict[str, Any]]) -> None:
    """To the microsecond: lanes, segments, and when each line was printed."""
    run, said = answer
    read = said["read"]
    for lane, unpacked in zip(run.lanes, read["lanes"], strict=True):
        for field in ("id", "name", "kind", "parent", "outcome"):
            assert unpacked[field] == getattr(lane, field)
        assert unpacked["created"] == pytest.approx(lane.created, abs=0.0015)
    kinds = {lane.id: lane.kind for lane in run.lanes}
    segments = sorted((s for s in run.segments if s.lane in kinds), key=lambda s: s.start)
    for segment, unpacked in zip(segments, read["segments"], strict=True):
        for field in ("start", "end", "ready"):
            assert unpacked[field] == pytest.approx(getattr(segment, field), abs=0.0015)
        of_a_task = kinds[segment.lane] == "task"  # What a timer calls on a thread is no wait.
        due = (
            pytest.approx(segment.due, abs=0.0015)
            if of_a_task and segment.due is not None
            else None
        )
        assert unpacked["due"] == due
        cpu = None if segment.cpu is None else pytest.approx(segment.cpu, abs=0.0015)
        assert unpacked["cpu"] == cpu
        assert (unpacked["lane"], unpacked["line"]) == (segment.lane, segment.line)
        assert (unpacked["waits_on"], tuple(unpacked["waits_for"])) == (
            segment.waits_on,
            segment.waits_for,
        )
    assert [line["lane"] for line in read["output"]] == [line.lane for line in run.output]


@every_run
def test_a_packed_run_weighs_little(answer: tuple[Run, dict[str, Any]]) -> None:
    """Every run of the site fits whole into 40 KB."""
    run, said = answer
    assert len(pack(run).encode()) <= 40_000
    assert said["read"]["thinned"] == 0


def test_a_run_too_long_for_its_page_is_thinned_and_says_so() -> None:
    """The shortest segments go; a lane keeps its first and last, and one runs at a time."""
    many = tuple(
        Segment(
            1 + i % 3, None, i * 0.1, i * 0.1, i * 0.1 + 0.01 * (1 + i % 7), line=5, waits_on="lock"
        )
        for i in range(3, 4000)
    )
    text = pack(replace(MADE_UP, segments=many), limit=20_000)
    assert len(text.encode()) <= 20_000
    [answer] = ask((text, None))
    kept = answer["read"]["segments"]
    assert answer["read"]["thinned"] == len(many) - len(kept) > 0
    assert kept[0]["start"] == pytest.approx(many[0].start)
    assert kept[-1]["start"] == pytest.approx(many[-1].start)
    for state in answer["states"]:
        assert sum(lane["state"] == "running" for lane in state["lanes"]) <= 1


def test_no_name_can_break_out_of_the_page() -> None:
    """A task may be called anything."""
    html = embed_run(replace(MADE_UP, lanes=(task(1, "</script><!--<script>"),)))
    inside = html.removesuffix("</script>").partition(">")[2]
    assert "<" not in inside
    assert json.loads(inside)["lanes"][0][1] == "</script><!--<script>"
