"""A run's timeline in words, for those who can't see the picture."""

from __future__ import annotations

import re
from html import escape

from stopwatch.model import Run
from stopwatch.timeline.rows import MAIN, Row, rows
from stopwatch.timeline.states import Activity, Stretch, end_of, names_of
from stopwatch.timeline.words import duration, outcome, period, waits_label, word

_MOST = 40  # lanes said one by one
_WORTH = 1.0  # ms of waiting that are worth a word
# No line should break between a number and its unit, nor in "line 9", "第 9 行".
_UNBROKEN = re.compile(r"(?<=\d) (?=m?s\b|[行次])|(?<=line) (?=\d)|(?<=第) (?=\d)")


def describe(run: Run, *, language: str = "en") -> str:
    """Return what the timeline shows, as HTML: a paragraph about the run, a list of its lanes."""
    first, *others = sentences(run, language=language)
    items = "".join(f"<li>{_html(sentence)}</li>" for sentence in others)
    return f"<p>{_html(first)}</p>" + (f"<ul>{items}</ul>" if items else "")


def _html(sentence: str) -> str:
    return escape(_UNBROKEN.sub("\u00a0", sentence))


def sentences(run: Run, *, language: str = "en") -> list[str]:
    """Return the same as plain text: one sentence about the run, then one about each lane."""
    shown = rows(run)
    activity = Activity(run)
    said = [summary(run, shown, language)]
    said += [_lane(run, row, activity.of(row.lane), language) for row in shown[:_MOST]]
    if len(shown) > _MOST:
        said.append(word("more said", language, count=len(shown) - _MOST))
    return said


def summary(run: Run, shown: list[Row], language: str) -> str:
    """Return one sentence: the program, how long it took, how many lanes of each kind."""
    roots = [row.lane.name for row in shown if row.colour == MAIN]
    parts = list(dict.fromkeys(roots))
    for kind in ("task", "thread", "process"):
        count = sum(row.lane.kind == kind and row.colour != MAIN for row in shown)
        if count:
            parts.append(word(f"{kind} {'n' if count > 1 else '1'}", language, count=count))
    if len(parts) == 1 and roots:
        who = word("alone", language, name=parts[0])
    else:
        *first, last = parts or [word("nothing", language)]
        who = word("and", language).join(filter(None, [word("comma", language).join(first), last]))
    facts = [word("took", language, name=run.snippet, time=duration(run.total), who=who)]
    if run.error:
        facts.append(run.error)
    elif run.exit:
        facts.append(word("exit", language, status=run.exit))
    return word("semicolon", language).join(facts) + word("stop", language).strip()


def _lane(run: Run, row: Row, stretches: list[Stretch], language: str) -> str:
    lane = row.lane
    colon, clause = word("colon", language), word("clause", language)
    head = (
        f"{lane.name}{colon}{period(lane.created, end_of(run, lane), run.total)}"
        f"{clause}{outcome(lane, language)}"
    )
    facts = [_held(row, stretches, language), *_suspended(run, stretches, language)]
    kept = sum(stretch.length for stretch in stretches if stretch.state == "ready")
    if kept >= _WORTH:
        facts.append(word("kept", language, time=duration(kept)))
    return (
        word("semicolon", language).join([head, *filter(None, facts)])
        + word("stop", language).strip()
    )


def _held(row: Row, stretches: list[Stretch], language: str) -> str:
    runs = [stretch for stretch in stretches if stretch.state == "running"]
    if not runs:
        return word("never ran", language)
    if row.lane.kind == "task":
        held = duration(sum(stretch.length for stretch in runs))
        return word("held" if len(runs) > 1 else "held once", language, count=len(runs), time=held)
    worked = sum(stretch.length for stretch in runs)
    share = round(100 * sum(stretch.busy for stretch in runs) / max(worked, 1e-6))
    return word("worked", language, time=duration(worked), share=share)


def _suspended(run: Run, stretches: list[Stretch], language: str) -> list[str]:
    """Say what was waited for, and how long, in order; the same wait again adds up."""
    lanes = {lane.id: lane for lane in run.lanes}
    waits: dict[str, float] = {}
    for stretch in stretches:
        if stretch.state == "suspended":
            label = waits_label(stretch.waits_on, names_of(stretch, lanes), language)
            if stretch.line is not None:
                label += word("at line", language, line=stretch.line)
            waits[label] = waits.get(label, 0.0) + stretch.length
    long = {label: time for label, time in waits.items() if time >= _WORTH}
    if len(long) > 4:
        return [word("suspended for", language, time=duration(sum(long.values())), what=len(long))]
    return [
        word("suspended at", language, time=duration(time), what=label)
        for label, time in long.items()
    ]
