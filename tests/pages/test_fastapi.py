"""The claims of the page apps/fastapi."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from stopwatch.model import Run
from tests.programs import lasted

Recorded = Callable[[str], Run]


def ended(run: Run, name: str) -> float:
    """Return when (ms) a lane ended. Raises AssertionError when it did not."""
    end = run.lane(name).ended
    assert end is not None
    return end


def test_one_bad_item_does_not_sink_the_batch(run: Recorded) -> None:
    """The reply is a 200 that holds an answer or an error for each item, in the order asked."""
    lines = run("fastapi/batch_endpoint.py").stdout.splitlines()
    assert lines[0].endswith(": 200")
    assert lines[1:4] == ["  Oslo: 21", "  Atlantis: no such city", "  Rome: 21"]


def test_the_items_of_a_batch_overlap(run: Recorded) -> None:
    """All three look-ups begin before the first of those that wait is over."""
    recorded = run("fastapi/batch_endpoint.py")
    begun = [recorded.segments_of(city)[0].start for city in ("Oslo", "Atlantis", "Rome")]
    assert max(begun) < ended(recorded, "Oslo")
    assert ended(recorded, "Oslo") < ended(recorded, "Rome")


def test_a_batch_that_takes_too_long_is_a_504(run: Recorded) -> None:
    """A timeout is no 200, and what was still under way is cancelled."""
    recorded = run("fastapi/batch_endpoint.py")
    assert "['Oslo', 'Lima']: 504" in recorded.stdout
    assert recorded.lane("Lima").outcome == "cancelled"
    assert lasted(recorded.lane("Lima")) < 10 * lasted(recorded.lane("Rome")), "it takes 25 times"


def test_an_invalid_batch_never_reaches_the_endpoint(run: Recorded) -> None:
    """An empty list is refused with 422, and no look-up starts."""
    recorded = run("fastapi/batch_endpoint.py")
    assert "[]: 422" in recorded.stdout
    assert recorded.segments_of("Lima")[-1].end < recorded.line_at("[]: 422").t
    cities = [lane.name for lane in recorded.lanes if lane.runs == "look_up"]
    assert sorted(cities) == ["Atlantis", "Lima", "Oslo", "Oslo", "Rome"]


def test_a_def_endpoint_runs_in_threads(run: Recorded) -> None:
    """Three requests, three threads of a pool, all at once."""
    recorded = run("fastapi/def_vs_async.py")
    assert recorded.stdout.count("def runs in: AnyIO worker thread") == 3
    clients = [recorded.lane(f"/def {name}") for name in "ABC"]
    start, end = min(c.created for c in clients), max(c.ended or 0.0 for c in clients)
    assert end - start < 0.6 * sum(lasted(client) for client in clients)


def test_blocking_in_async_def_serialises_the_requests(run: Recorded) -> None:
    """The server holds its loop for one request after the other, and the replies come in steps."""
    recorded = run("fastapi/def_vs_async.py")
    assert recorded.stdout.count("async def runs in: server") == 3
    blocked = [
        max(recorded.segments_of(f"serves {name}"), key=lambda s: s.end - s.start) for name in "ABC"
    ]
    blocked.sort(key=lambda segment: segment.start)
    assert all(first.end <= second.start for first, second in pairwise(blocked))
    replies = sorted(ended(recorded, f"/async_def {name}") for name in "ABC")
    first = min(recorded.lane(f"/async_def {name}").created for name in "ABC")
    assert replies[2] - first > 2.4 * (replies[0] - first)


def test_async_def_takes_the_sum(run: Recorded) -> None:
    """What threads do in the time of one request takes an `async def` the time of three."""
    said = run("fastapi/def_vs_async.py").stdout
    threads, loop = (re.search(rf"/{path}: ([\d.]+) s", said) for path in ("def", "async_def"))
    assert threads
    assert loop
    assert float(loop[1]) > 2 * float(threads[1])


def test_chunks_arrive_one_by_one(run: Recorded) -> None:
    """The client has the first word long before the last one is made."""
    recorded = run("fastapi/stream_then_background.py")
    words = [line for line in recorded.output if line.text.startswith("received")]
    assert [line.text.split()[-1] for line in words] == ["once", "upon", "a", "time"]
    assert words[0].t < 0.5 * words[-1].t


def test_the_background_task_starts_after_the_last_chunk(run: Recorded) -> None:
    """The client is done when it starts, and doesn't wait for it to end."""
    recorded = run("fastapi/stream_then_background.py")
    starts, ends = (recorded.line_at(f"background task {word}").t for word in ("starts", "ends"))
    assert recorded.line_at("received: time").t < starts
    assert ended(recorded, "stream") <= starts
    assert ended(recorded, "main") < ends


def test_a_client_that_leaves_stops_the_stream_and_not_the_background_task(run: Recorded) -> None:
    """The stream is cancelled at its sleep; what was to follow it follows."""
    recorded = run("fastapi/client_leaves.py")
    said = [line.text for line in recorded.output]
    assert said[-3:] == ["the client leaves", "stream stops", "background task ran"]
    assert "received: time" not in said
    assert recorded.lane("stream").outcome == "cancelled"
