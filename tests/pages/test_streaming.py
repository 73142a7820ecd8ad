"""The claims of the page apps/streaming."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from stopwatch.model import Run
from tests.programs import lasted

Recorded = Callable[[str], Run]


def seconds(run: Run, pattern: str) -> float:
    """Return the duration that a program printed."""
    match = re.search(pattern, run.stdout)
    assert match, f"{run.snippet} printed nothing like {pattern}"
    return float(match[1])


def test_the_words_of_two_streams_interleave(run: Recorded) -> None:
    """Five words each, and never two in a row of the same stream."""
    recorded = run("streaming/two_streams.py")
    speakers = [line.task for line in recorded.output]
    assert sorted(speakers) == ["Claude"] * 5 + ["GPT"] * 5
    assert all(first != second for first, second in pairwise(speakers))


def test_between_two_words_the_loop_is_free(run: Recorded) -> None:
    """Each word wakes its task for a moment; the rest of the time nobody holds the loop."""
    recorded = run("streaming/two_streams.py")
    words = [line.t for line in recorded.output if line.task == "GPT"]
    held = sum(
        segment.end - segment.start
        for name in ("GPT", "Claude")
        for segment in recorded.segments_of(name)
        if segment.start > words[0]
    )
    assert held < 0.3 * (words[-1] - words[0])


def test_streaming_begins_sooner_and_does_not_end_sooner(run: Recorded) -> None:
    """The first word comes in a fraction of the time, the last one when the whole answer does."""
    recorded = run("streaming/time_to_first_token.py")
    first = seconds(recorded, r"first word after ([\d.]+) s")
    last = seconds(recorded, r"s, all after ([\d.]+) s")
    whole = seconds(recorded, r"nothing, then all after ([\d.]+) s")
    assert first < 0.5 * last
    assert 0.75 * whole < last < 1.33 * whole


def test_the_whole_answer_wakes_its_task_once(run: Recorded) -> None:
    """Not streamed, the task sleeps through; streamed, it is woken for each word."""
    recorded = run("streaming/time_to_first_token.py")
    first_word = recorded.line_at("first word").t
    woken = {
        name: sum(segment.start >= first_word - 10 for segment in recorded.segments_of(name))
        for name in ("whole", "streamed")
    }
    assert woken["whole"] < 5
    assert woken["streamed"] >= 10


def test_cancelling_the_reader_stops_the_service(run: Recorded) -> None:
    """Where one request is allowed at a time, the next one is served as soon as the first left."""
    recorded = run("streaming/stop_midway.py")
    assert recorded.lane("tea").outcome == "cancelled"
    assert "429" not in recorded.stdout
    after = [line.task for line in recorded.output if line.t > recorded.line_at("that will do").t]
    assert after == ["ice"] * 3


def test_hiding_the_words_stops_nothing(run: Recorded) -> None:
    """The stream goes on unseen, and the service has no room for the next request."""
    recorded = run("streaming/stop_midway_broken.py")
    assert recorded.line_at("429: no room").task == "ice"
    assert recorded.lane("tea").outcome == "done"
    stopped = run("streaming/stop_midway.py").lane("tea")
    assert lasted(recorded.lane("tea")) > 1.5 * lasted(stopped)
