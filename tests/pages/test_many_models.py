"""The claims of the page apps/many-models."""

from __future__ import annotations

from collections.abc import Callable

from stopwatch.model import Run
from tests.programs import lasted

Recorded = Callable[[str], Run]


def test_two_providers_are_asked_before_either_answers(run: Recorded) -> None:
    """Both requests are on their way before an answer is back; the slower one is the total."""
    recorded = run("many_models/two_providers.py")
    said = [(line.task, line.text) for line in recorded.output][:4]
    asked, answered = said[:2], said[2:]
    assert sorted(asked) == [("Claude", "asked"), ("GPT", "asked")]
    assert answered == [("GPT", "answered"), ("Claude", "answered")]
    gpt, claude = recorded.lane("GPT"), recorded.lane("Claude")
    assert recorded.total - gpt.created < 0.8 * (lasted(gpt) + lasted(claude))
    assert "GPT wrote 20 words" in recorded.stdout
    assert "Claude wrote 40 words" in recorded.stdout


def test_a_failure_costs_only_itself(run: Recorded) -> None:
    """One failed and one ran into the deadline: the third answer is there, nobody was cancelled."""
    recorded = run("many_models/partial_failure.py")
    assert "GPT: waiting is cheap" in recorded.stdout
    assert "Haiku: InternalServerError" in recorded.stdout
    assert "Opus: TimeoutError" in recorded.stdout
    outcomes = [recorded.lane(name).outcome for name in ("GPT", "Haiku", "Opus")]
    assert outcomes == ["done", "done", "done"]


def test_the_group_is_open_as_long_as_its_slowest_deadline(run: Recorded) -> None:
    """The failure is known early; the group ends with the model that never answers."""
    recorded = run("many_models/partial_failure.py")
    haiku, gpt, opus = (recorded.lane(name).ended or 0.0 for name in ("Haiku", "GPT", "Opus"))
    assert haiku < gpt < opus


def test_the_first_to_complete_may_have_failed(run: Recorded) -> None:
    """FIRST_COMPLETED returns for a failure too, and the answer behind it is cancelled."""
    recorded = run("many_models/first_completed_broken.py")
    assert "Haiku won, with InternalServerError" in recorded.stdout
    assert recorded.lane("Haiku").outcome == "error"
    assert recorded.lane("GPT").outcome == "cancelled"


def test_the_first_answer_wins(run: Recorded) -> None:
    """The failure is passed over; when the answer is there the one still waiting is cancelled."""
    recorded = run("many_models/first_answer_wins.py")
    lines = [line.text for line in recorded.output]
    assert lines[0] == "not this one: InternalServerError"
    assert lines[1].startswith("waiting is cheap")
    assert recorded.lane("GPT").outcome == "done"
    assert recorded.lane("Opus").outcome == "cancelled"
    opus, gpt = recorded.lane("Opus"), recorded.lane("GPT")
    assert opus.ended is not None
    assert gpt.ended is not None
    assert opus.ended >= gpt.ended


def test_the_sdk_retries_before_it_reports(run: Recorded) -> None:
    """By default the SDK waits and tries again, twice, so the failure is known much later."""
    recorded = run("many_models/sdk_retries.py")
    late, early = recorded.lane("as it comes"), recorded.lane("no retries")
    assert "with max_retries=2" in recorded.stdout
    assert lasted(late) > 5 * lasted(early)
