"""The claims of the page practice/fix-it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from stopwatch.model import Run
from tests.conftest import ROOT

Recorded = Callable[[str], Run]
BROKEN = sorted(
    path.relative_to(ROOT / "snippets").as_posix()
    for path in (ROOT / "snippets").rglob("*_broken.py")
)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_broken_program_is_collected(language: str) -> None:
    """The page shows each of them, or leads to the page that does."""
    page = (ROOT / "docs" / language / "practice" / "fix-it.md").read_text("utf-8")
    missing = [name for name in BROKEN if f'"{name}"' not in page and f"`{name}`" not in page]
    assert not missing, f"collect them in docs/{language}/practice/fix-it.md: {missing}"


def test_a_task_awaited_where_it_is_made_overlaps_nothing(run: Recorded) -> None:
    """Awaited at once they take the sum; created first, the longer one."""
    broken, fixed = run("why_async/awaited_at_once_broken.py"), run("fix_it/created_first_fixed.py")
    for recorded, overlap in ((broken, False), (fixed, True)):
        first, second = recorded.lane("Task 1"), recorded.lane("Task 2")
        assert first.ended is not None
        assert (second.created < first.ended) is overlap
    assert fixed.total < 0.8 * broken.total


def test_a_client_at_import_needs_its_key_there(run: Recorded) -> None:
    """Not a line is printed, not even by what needs no client."""
    recorded = run("fix_it/client_at_import_broken.py")
    assert recorded.stdout == ""
    assert "OpenAIError: Missing credentials" in recorded.stderr
    assert [lane.name for lane in recorded.lanes if lane.kind == "task"] == []


def test_a_client_built_where_it_is_used_fails_there(run: Recorded) -> None:
    """The price needs no key; the question says that it has none."""
    recorded = run("fix_it/client_at_import_fixed.py")
    assert recorded.stdout.splitlines() == [
        "100 words cost 2.00 cents",
        "no answer: Missing credentials",
    ]


def test_a_missing_file_is_ignored_in_silence(run: Recorded) -> None:
    """The program ends well, with the wrong model."""
    recorded = run("fix_it/missing_file_broken.py")
    assert recorded.stdout.splitlines() == ["settings loaded", "asks the model 'tiny'"]
    assert (recorded.exit, recorded.stderr) == (0, "")


def test_a_missing_file_is_an_error_when_nobody_hides_it(run: Recorded) -> None:
    """With its folder the file is found; one that isn't there is named."""
    said = run("fix_it/missing_file_fixed.py").stdout
    assert said.splitlines()[0] == "asks the model 'large'"
    assert "missing.env: No such file or directory" in said


def test_a_number_after_the_colon_is_a_width(run: Recorded) -> None:
    """``:2f`` prints six decimals, ``:.2f`` two."""
    assert re.fullmatch(r"took \d\.\d{6} s", run("fix_it/format_width_broken.py").stdout)
    first, second = run("fix_it/format_width_fixed.py").stdout.splitlines()
    assert re.fullmatch(r"took \d\.\d{2} s", first)
    assert re.fullmatch(r"took +\d\.\d{2} s, .*", second)
    assert second.index(" s, in") == len("took ") + 8


def test_a_missing_import_is_missed_when_its_line_runs(run: Recorded) -> None:
    """The good day ends well; the retry of the bad day is a NameError."""
    recorded = run("fix_it/never_imported_broken.py")
    assert recorded.stdout.splitlines() == ["good day: an answer", "no answer, waits a little"]
    assert "NameError: name 'random' is not defined" in recorded.stderr
    assert "bad day: an answer" in run("fix_it/never_imported_fixed.py").stdout


def test_except_star_catches_what_except_does_not(run: Recorded) -> None:
    """The same failing task: an ExceptionGroup ends one program, the other goes on."""
    broken = run("task_group/except_misses_broken.py")
    assert "ExceptionGroup" in broken.stderr
    assert broken.stdout == ""
    assert run("fix_it/except_star_fixed.py").stdout == "caught ValueError('no such user')"


def test_a_timeout_holds_if_nobody_swallows_the_cancellation(run: Recorded) -> None:
    """``except BaseException`` outlives the timeout, ``except Exception`` doesn't."""
    broken, fixed = run("timeouts/swallowed_broken.py"), run("fix_it/let_it_pass_fixed.py")
    assert broken.stdout.splitlines() == ["attempt 1 failed", "done, at last"]
    assert fixed.stdout == "TimeoutError"
    assert fixed.total < 0.5 * broken.total
