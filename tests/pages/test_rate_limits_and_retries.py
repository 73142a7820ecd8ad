"""The claims of the page flow/rate-limits-and-retries."""

from __future__ import annotations

import re
from collections.abc import Callable

from stopwatch.model import Run
from stopwatch.snippets import Snippet

Recorded = Callable[[str], Run]
Named = Callable[[str], Snippet]

FOLDER = "rate_limits_and_retries"


def option(snippet: Snippet, name: str) -> float:
    """Return what a program tells its stand-in, such as its ``--limit``."""
    options = snippet.standin or ()
    return float(options[options.index(name) + 1])


def number(run: Run, pattern: str) -> float:
    """Return the number that a program printed."""
    match = re.search(pattern, run.stdout)
    assert match, f"{run.snippet} printed nothing like {pattern}"
    return float(match[1])


def pauses(run: Run) -> list[float]:
    """Return how long (ms) the tasks really slept between being refused and asking again."""
    return [
        after.start - before.end
        for name in {lane.name for lane in run.lanes if lane.name.startswith("question")}
        for before, after in zip(run.segments_of(name), run.segments_of(name)[1:], strict=False)
        if before.waits_on == "sleep"
    ]


def test_the_naive_client_is_refused(run: Recorded, snippet_named: Named) -> None:
    """Ten at once where three fit: seven get 429, and their answers are lost."""
    name = f"{FOLDER}/naive_broken.py"
    recorded, limit = run(name), option(snippet_named(name), "--limit")
    assert limit == 3
    assert recorded.stdout.count("refused: 429") == 10 - limit
    assert recorded.stdout.endswith(f"{limit:.0f} answered, {10 - limit:.0f} refused")


def test_behind_a_semaphore_nobody_is_refused(run: Recorded, snippet_named: Named) -> None:
    """The same ten questions to the same server: not a single 429."""
    recorded = run(f"{FOLDER}/semaphore_fixed.py")
    servers = [
        snippet_named(f"{FOLDER}/{n}.py").standin for n in ("naive_broken", "semaphore_fixed")
    ]
    assert servers[0] == servers[1]
    assert recorded.stdout.endswith("10 answered, 0 refused")


def test_the_retrying_client_gets_all_answers(run: Recorded) -> None:
    """All ten are answered although the first wave was refused."""
    recorded = run(f"{FOLDER}/retry_after.py")
    assert recorded.stdout.count("answered") == 10 + 1  # and the sum at the end
    assert number(recorded, r"10 answered after (\d+) refusals") >= 7


def test_it_never_waits_less_than_retry_after(run: Recorded, snippet_named: Named) -> None:
    """Neither by its own account nor on the timeline; its own guess would have been shorter."""
    name = f"{FOLDER}/retry_after.py"
    recorded, told = run(name), option(snippet_named(name), "--retry-after")
    waited = pauses(recorded)
    assert len(waited) == number(recorded, r"after (\d+) refusals")
    assert min(waited) >= 1000 * told - 1
    assert number(recorded, r"shortest wait (\d\.\d+) s") >= told
    guess = re.search(rb"else (0\.\d+) \* 2\*\*attempt", snippet_named(name).source)
    assert guess
    assert float(guess[1]) * 2 < told


def test_jitter_spreads_those_refused_together(run: Recorded, snippet_named: Named) -> None:
    """Refused within a moment, back over more than the time of an answer."""
    recorded = run(f"{FOLDER}/retry_after.py")
    refused = [line.t for line in recorded.output if "refused, waits" in line.text]
    waited = pauses(recorded)
    assert max(waited) - min(waited) > 200 + (max(refused[:7]) - min(refused[:7]))


def test_without_jitter_they_are_refused_together_again(
    run: Recorded, snippet_named: Named
) -> None:
    """Seven, then four, then one: in each round no more than the limit get through."""
    recorded = run(f"{FOLDER}/no_jitter_broken.py")
    same = snippet_named(f"{FOLDER}/no_jitter_broken.py").standin
    assert same == snippet_named(f"{FOLDER}/retry_after.py").standin
    without = number(recorded, r"after (\d+) refusals")
    assert without == 7 + 4 + 1
    assert without > number(run(f"{FOLDER}/retry_after.py"), r"after (\d+) refusals")


def test_no_wait_ends_after_the_deadline(run: Recorded, snippet_named: Named) -> None:
    """It gives up when the next attempt would come too late, not after having waited for it."""
    recorded = run(f"{FOLDER}/deadline.py")
    told = 1000 * option(snippet_named(f"{FOLDER}/deadline.py"), "--retry-after")
    took = recorded.line_at("gave up after").t - recorded.line_at("0.8 s to go").t
    assert recorded.stdout.count("refused, waits") == 2
    assert 2 * told <= took < 800 < took + told


def test_the_sdk_obeys_retry_after(run: Recorded, snippet_named: Named) -> None:
    """By itself it sends a request three times, as far apart as the server says."""
    name = f"{FOLDER}/nested_retries_broken.py"
    recorded, told = run(name), 1000 * option(snippet_named(name), "--retry-after")
    first, second, third = (recorded.line_at(f"request {n}").t for n in (1, 2, 3))
    assert told <= second - first < 3 * told
    assert told <= third - second < 3 * told
    assert recorded.line_at("refused").t > third


def test_nested_retries_multiply(run: Recorded) -> None:
    """Three attempts around an SDK that makes three are nine requests; the SDK switched off: 3."""
    assert "3 attempts, 9 requests" in run(f"{FOLDER}/nested_retries_broken.py").stdout
    assert "3 attempts, 3 requests" in run(f"{FOLDER}/nested_retries_fixed.py").stdout


def test_a_semaphore_is_no_rate(run: Recorded) -> None:
    """Two at once, and all ten of them start within the first second."""
    recorded = run(f"{FOLDER}/semaphore_is_not_a_rate.py")
    assert number(recorded, r"(\d+) calls in the first second") == 10


def test_a_token_bucket_is_a_rate(run: Recorded) -> None:
    """Five calls start in the first second, one fifth of a second apart, in order of arrival."""
    recorded = run(f"{FOLDER}/token_bucket.py")
    assert number(recorded, r"(\d+) calls in the first second") == 5
    began = [recorded.segments_of(name)[-2].start for name in "ABCDEFGHIJ"]
    assert began == sorted(began)
    assert recorded.total > 3 * run(f"{FOLDER}/semaphore_is_not_a_rate.py").total


def test_retries_zero_returns_none(run: Recorded) -> None:
    """A loop over range(0) never calls, falls off the end and looks like a success."""
    said = run(f"{FOLDER}/attempts_broken.py").stdout
    assert "retries=3: 3 calls, ConnectionError" in said
    assert "retries=0: 0 calls, None" in said


def test_attempts_count_the_first_one(run: Recorded) -> None:
    """Three mean three calls, one means one, none is refused; the last error is raised."""
    said = run(f"{FOLDER}/attempts_fixed.py").stdout
    assert "attempts=3: 3 calls\n  ConnectionError" in said
    assert "attempts=1: 1 calls\n  ConnectionError" in said
    assert "attempts=0: 0 calls\n  ValueError" in said
