"""The runner: what is missing is run, once; what fails is named, with what to type next."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path
from statistics import median

import pytest

from stopwatch.cache import Cache, key_of
from stopwatch.crowd import SHARE, TOLERANCE_MS, Cost, Crowd, disturbed, guess
from stopwatch.model import Run
from stopwatch.processes import Warm
from stopwatch.recording import Launch, record_program
from stopwatch.runner import RunsFailed, record, record_all
from stopwatch.snippets import Snippet, SnippetError, find_snippets, read_snippet
from tests.project import add_program, make_project

pytestmark = pytest.mark.kept()

SLEEPER = """
import asyncio

async def main() -> None:
    await asyncio.sleep(0.3)
    print("done")

asyncio.run(main())
"""


def heard(root: Path) -> list[str]:
    """Record all and return the names of the programs that really ran."""
    lines: list[str] = []
    record_all(root, lines.append)
    return sorted(line.split()[1].rstrip(":") for line in lines)


def test_a_program_runs_once(tmp_path: Path) -> None:
    """A second build runs nothing; an edit runs that program alone."""
    root = make_project(tmp_path, one="print(1)", two="print(2)")
    assert heard(root) == ["page/one.py", "page/two.py"]
    assert heard(root) == []
    add_program(root, "two", "print(3)")
    assert heard(root) == ["page/two.py"]


def test_a_helpers_edit_reruns_who_imports_it(tmp_path: Path) -> None:
    """What a program imports from beside it belongs to its key."""
    root = make_project(
        tmp_path, helper="VALUE = 1", user="import helper\nprint(helper.VALUE)", x=""
    )
    heard(root)
    add_program(root, "helper", "VALUE = 2")
    assert heard(root) == ["page/helper.py", "page/user.py"]


def test_a_damaged_cache_file_is_rerun_not_believed(tmp_path: Path) -> None:
    """A file that was cut short, or changed by hand, counts as missing."""
    root = make_project(tmp_path, one="print(1)")
    heard(root)
    cache = Cache.of(root)
    file = cache.folder / f"{key_of(read_snippet(root, 'page/one.py'), root)}.json"
    whole = file.read_text()
    for damaged in (whole[:-40], whole.replace('"text":"1"', '"text":"2"'), "", "{}"):
        file.write_text(damaged)
        assert heard(root) == ["page/one.py"]
    assert file.read_text().count('"text":"1"') == 1


@pytest.mark.parametrize(
    ("source", "cause"),
    [
        ("raise ValueError('<b>no</b>')", "failed with ValueError: <b>no</b>"),
        ("import sys; print('here'); sys.exit(3)", "exited with status 3"),
        ("def f(:", "failed with SyntaxError"),
        (
            "# /// script\n# [tool.stopwatch]\n# timeout = 1\n# ///\nwhile True: pass",
            "did not end within 1 s",
        ),
        ("while True: print('x')", "printed without end"),
        ("import os; os.write(1, b'\\xff\\n'); print('ok')", None),
        ("import sys; sys.stdout.buffer.write(b'\\xff\\n')", "bytes that are not UTF-8"),
        ("import subprocess; subprocess.Popen(['sleep', '60'])", "left a process running"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "killed by signal 11"),
        ("import nowhere", "failed with ModuleNotFoundError: No module named 'nowhere'"),
    ],
)  # fmt: skip
def test_a_failure_names_the_snippet_the_cause_and_the_command(
    tmp_path: Path, source: str, cause: str | None
) -> None:
    """Whatever goes wrong: which file, why, its last output, and how to repeat it."""
    root = make_project(tmp_path, bad=source, good="print('fine')")
    if cause is None:
        record_all(root)
        return
    with pytest.raises(RunsFailed) as failure:
        record_all(root)
    message = str(failure.value)
    assert message.startswith("snippets/page/bad.py: ")
    assert cause in message
    assert "python -m stopwatch run page/bad.py" in message
    assert "good.py" not in message
    assert str(tmp_path) not in message


def test_a_failure_is_not_kept_as_a_run(tmp_path: Path) -> None:
    """A failed program is run again at the next build, and its good neighbour isn't."""
    root = make_project(tmp_path, bad="import sys; sys.exit(3)", good="print('fine')")
    for _ in range(2):
        with pytest.raises(RunsFailed, match="bad"):
            record_all(root)
    add_program(root, "bad", "print('mended')")
    assert heard(root) == ["page/bad.py"]


def test_a_program_may_be_meant_to_fail(tmp_path: Path) -> None:
    """``raises`` and ``exit`` say how a program should end; ending otherwise is the failure."""
    block = "# /// script\n# [tool.stopwatch]\n# raises = 'ValueError'\n# ///\n"
    root = make_project(tmp_path, meant=block + "raise ValueError('as meant')")
    record_all(root)
    add_program(root, "meant", block + "print('all is well')")
    with pytest.raises(RunsFailed, match="was meant to raise ValueError"):
        record_all(root)


def test_metadata_that_cant_be_read_names_the_file(tmp_path: Path) -> None:
    """A typing error in the metadata block says which word and what there is."""
    root = make_project(
        tmp_path, odd="# /// script\n# [tool.stopwatch]\n# tmeout = 3\n# ///\nprint(1)"
    )
    with pytest.raises(SnippetError, match=r"snippets/page/odd\.py.*unknown tmeout.*timeout"):
        find_snippets(root)


def test_a_missing_snippet_suggests_the_near_ones(tmp_path: Path) -> None:
    """A name with a typing error gets an answer that helps."""
    root = make_project(tmp_path, order="print(1)")
    with pytest.raises(SnippetError, match=r"did you mean page/order\.py"):
        read_snippet(root, "page/ordr.py")


def test_a_program_for_a_newer_python_is_said_to_be_missing(tmp_path: Path) -> None:
    """No interpreter, no run: the result says which Python it needs."""
    block = "# /// script\n# requires-python = '>=3.99'\n# ///\n"
    root = make_project(tmp_path, future=block + "print(1)")
    (result,) = record_all(root)
    assert result.run is None
    assert result.missing == "Python >=3.99"


def test_programs_that_wait_run_together(tmp_path: Path) -> None:
    """Ten programs that wait 0.3 s each take nowhere near 3 s, and each still says 0.3 s."""
    root = make_project(tmp_path, **{f"s{n}": SLEEPER + f"# {n}" for n in range(10)})
    results = record_all(root)
    totals = [result.run.total for result in results if result.run]
    assert len(totals) == 10
    assert max(totals) < 1.3 * min(totals)


def test_busy_programs_run_alone(tmp_path: Path) -> None:
    """A program marked ``alone`` shares the machine with no other."""
    block = "# /// script\n# [tool.stopwatch]\n# alone = true\n# ///\n"
    clock = "import time\nprint(time.perf_counter())\ntime.sleep(0.1)\nprint(time.perf_counter())"
    root = make_project(tmp_path, a=block + clock, b=block + clock, c=clock, d=clock)
    spans = {}
    for result in record_all(root):
        assert result.run
        begin, end = (float(line) for line in result.run.stdout.splitlines())
        spans[result.snippet.name[-4]] = (begin, end)
    for alone in "ab":
        for other in set("abcd") - {alone}:
            assert spans[alone][0] > spans[other][1] or spans[other][0] > spans[alone][1]


def test_a_disturbed_run_is_repeated_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A timing the machine spoilt is not shown: the program runs once more, by itself."""
    root = make_project(tmp_path, one=SLEEPER)
    judged: list[Run] = []

    def first_time(run: Run) -> bool:
        judged.append(run)
        return len(judged) == 1

    monkeypatch.setattr("stopwatch.runner.disturbed", first_time)
    lines: list[str] = []
    record_all(root, lines.append)
    assert len(judged) >= 2
    assert len(lines) == 1
    calm = Run("x", "3", 0, 1000, 0, None, delayed=20)
    assert not disturbed(calm)
    assert disturbed(replace(calm, delayed=60))
    assert disturbed(replace(calm, total=100, delayed=16))
    # Of its lines, the first sets the clock; what comes late after it is seen.
    assert not disturbed(replace(calm, delays=((50, 18), (60, 20))))
    assert not disturbed(replace(calm, delays=((50, 0), (500, 20))))
    assert disturbed(replace(calm, delays=((50, 0), (60, 18))))


def test_what_was_disturbed_goes_back_into_the_crowd(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once: the second time it has to wait until it is alone."""
    root = make_project(tmp_path, bad=SLEEPER, once=SLEEPER + "#", good=SLEEPER + "##")
    tries = dict.fromkeys(("bad", "once", "good"), 0)

    def often(run: Run) -> bool:
        name = run.snippet.removeprefix("page/").removesuffix(".py")
        tries[name] += 1
        return tries[name] <= {"bad": 2, "once": 1, "good": 0}[name]

    monkeypatch.setattr("stopwatch.runner.disturbed", often)
    lines: list[str] = []
    record_all(root, lines.append)
    assert tries["good"] == 2  # Once for the line that tells of it.
    order = [line.split()[1] for line in lines]
    assert order == ["page/good.py:", "page/once.py:", "page/bad.py:"]


def test_what_failed_while_the_machine_was_busy_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have missed its own deadline; one that fails on an idle machine has run once."""
    root = make_project(tmp_path, unlucky=SLEEPER, wrong="import sys; sys.exit(3)")
    tries: list[str] = []

    async def recorded(launch: Launch) -> Run:
        run = await record_program(launch)
        tries.append(launch.name)
        if launch.name == "page/unlucky.py" and tries.count(launch.name) == 1:
            return replace(run, exit=1, delayed=40)
        return replace(run, delayed=0)

    monkeypatch.setattr("stopwatch.runner.record_program", recorded)
    with pytest.raises(RunsFailed, match=r"wrong\.py") as failed:
        record_all(root)
    assert "unlucky" not in str(failed.value)
    assert sorted(tries) == ["page/unlucky.py", "page/unlucky.py", "page/wrong.py"]


def crowd_of(root: Path, costs: dict[str, Cost]) -> list[tuple[str, float]]:
    """Have a crowd of all programs started, none of which takes any time; return when (s)."""
    starts: list[tuple[str, float]] = []

    async def note(snippet: Snippet) -> None:
        starts.append((snippet.name, asyncio.get_running_loop().time()))

    async def main() -> None:
        crowd = Crowd(costs, note)
        crowd.add(find_snippets(root))
        crowd.close()
        await crowd.run()

    asyncio.run(main())
    return starts


def test_programs_start_no_faster_than_the_cores_allow(tmp_path: Path) -> None:
    """With a known cost of 60 ms of CPU each, ten starts are spread over their CPU time."""
    root = make_project(tmp_path, **{f"s{n}": f"print({n})" for n in range(10)})
    costs = {snippet.name: Cost(cpu=60, total=100) for snippet in find_snippets(root)}
    starts = [at for _, at in crowd_of(root, costs)]
    assert starts[-1] - starts[0] >= 0.9 * 9 * 0.060 / (SHARE * (os.cpu_count() or 1))


def test_programs_of_one_name_run_side_by_side(tmp_path: Path) -> None:
    """As mutants of a program do: each result is that of its own source."""
    root = make_project(tmp_path, one="print(1)")
    (snippet,) = find_snippets(root)
    twins = [replace(snippet, source=f"# {n}".encode()) for n in range(3)]
    starts: list[bytes] = []

    async def note(snippet: Snippet) -> None:
        starts.append(snippet.source)

    async def main() -> None:
        crowd = Crowd({}, note)
        crowd.add(twins)
        crowd.close()
        await crowd.run()

    asyncio.run(main())
    assert starts == [twin.source for twin in twins]


def test_the_longest_start_first(tmp_path: Path) -> None:
    """By what they took; by what their source says if they never ran."""
    root = make_project(
        tmp_path,
        known="print(1)",
        asks="# [tool.stopwatch]\nprint('in 100 words')",
        lists="WORDS = [20, 30, 5]",
        sleeps="import time\ntime.sleep(1.7)",
        calls="work('B', 1.6)",
        short="sleep(0.1)",
    )
    costs = {"page/known.py": Cost(cpu=1, total=9000)}
    order = [Path(name).stem for name, _ in crowd_of(root, costs)]
    assert order == ["known", "asks", "lists", "sleeps", "calls", "short"]
    assert guess(read_snippet(root, "page/asks.py")).total == 4000


@pytest.mark.skipif(not Warm.is_possible(), reason="forking a warm interpreter needs Linux")
def test_warm_and_fresh_agree(tmp_path: Path) -> None:
    """A program says and takes the same in a fork of a warm interpreter as in a fresh one."""
    programs = {f"s{n}": SLEEPER + f"print({n})" for n in range(6)}
    forked = record_all(make_project(tmp_path / "a", **programs))
    root = make_project(tmp_path / "b", **programs)
    fresh = asyncio.run(record(find_snippets(root), root, fresh=True))
    warm_totals, fresh_totals = [], []
    for one, other in zip(forked, fresh, strict=True):
        assert one.run
        assert other.run
        assert one.run.stdout == other.run.stdout
        assert one.run.imports < other.run.imports
        warm_totals.append(one.run.total)
        fresh_totals.append(other.run.total)
    # Of six, one may meet the machine at a bad moment.
    assert abs(median(warm_totals) - median(fresh_totals)) < TOLERANCE_MS
