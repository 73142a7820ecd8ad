"""The parts of a program's card, as HTML: head, code, timeline, log, and what stands below.

They know neither where a page is nor where a run came from; ``embed`` and ``export`` put them
together.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from html import escape

from stopwatch.model import Line, Run
from stopwatch.timeline import colours, describe, render_svg
from stopwatch.words import word


class FoldError(ValueError):
    """A function to fold to that isn't in the program."""


def card(parts: Sequence[str], *, names: Sequence[str], anchor: str = "", kind: str = "") -> str:
    """Return a card of parts; ``names`` are its programs', ``anchor`` is its id."""
    identity = f' id="{escape(anchor)}"' if anchor else ""
    return (
        f'<div class="sw-card {kind}"{identity} data-search-exclude '
        f'data-snippet="{escape(" ".join(names))}">\n' + "\n".join(parts) + "\n</div>"
    )


def head(names: Sequence[str], actions: Sequence[str]) -> str:
    """Return the names of a card's programs and what can be done with them."""
    files = ' <span class="sw-vs">vs</span> '.join(
        f'<span class="sw-file">{escape(name)}</span>' for name in names
    )
    return (
        f'<div class="sw-head"><span class="sw-files">{files}</span>'
        f'<span class="sw-actions">{"".join(actions)}</span></div>'
    )


def action(name: str, language: str, *, attributes: str = "") -> str:
    """Return a button whose work stopwatch.js does; without a script it isn't seen."""
    return (
        f'<button type="button" class="sw-action" data-sw="{name}"{attributes}>'
        f"{word(name, language)}</button>"
    )


def replay_action(language: str) -> str:
    """Return the button that opens the replay."""
    return action("replay", language, attributes=' aria-expanded="false"')


def file_action(name: str, address: str, language: str) -> str:
    """Return a link that saves a file."""
    title = f' title="{escape(word(f"{name} title", language))}"' if name == "trace" else ""
    return (
        f'<a class="sw-action" href="{escape(address)}" download{title}>{word(name, language)}</a>'
    )


def code(source: str, name: str, fold: str | None, language: str) -> str:
    """Return a program's lines, highlighted; those that ``fold`` leaves out open on demand."""
    from pygments import highlight  # Here, because the browser has none and needs the rest.
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    hidden = folded(source, fold)
    formatter: HtmlFormatter[str] = HtmlFormatter(nowrap=True)
    html = highlight(source, PythonLexer(stripnl=False, ensurenl=False), formatter)
    lines = html.split("\n")
    if lines[-1] == "":
        lines.pop()
    body = "".join(
        f'<span class="sw-line{" sw-folded" if number in hidden else ""}" data-line="{number}">'
        f"{line}\n</span>"
        for number, line in enumerate(lines, start=1)
    )
    more = word("whole file", language)
    unfold = (
        f'<button type="button" class="sw-unfold" data-sw="unfold">{more}</button>'
        if hidden
        else ""
    )
    return (
        f'<div class="sw-code highlight no-copy">{unfold}'
        f'<pre tabindex="0" role="group" aria-label="{escape(name)}"><code>{body}</code></pre>'
        "</div>"
    )


def folded(source: str, function: str | None) -> set[int]:
    """Return the numbers of the lines that start out folded: metadata, and all but ``function``."""
    lines = source.splitlines()
    if function is None:
        if "# /// script" not in lines:
            return set()
        start = lines.index("# /// script") + 1
        end = lines.index("# ///", start) + 1
        blank = end < len(lines) and not lines[end].strip()
        return set(range(start, end + 1 + blank))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == function:
            return set(range(1, len(lines) + 1)) - set(
                range(node.lineno, (node.end_lineno or 0) + 1)
            )
    raise FoldError(f"fold={function!r}: there is no such function in the program")


def timeline(
    runs: Sequence[Run], language: str, titles: Sequence[str] | None = None, identity: str = ""
) -> str:
    """Return the picture of one or more runs; ``identity`` begins the ids in it."""
    identity = identity or slug("-".join(run.snippet for run in runs))
    svg = render_svg(runs, titles=titles, language=language, id=identity)
    return f'<div class="sw-timeline">{svg}</div>'


def log(run: Run, language: str) -> str:
    """Return what a run wrote, each line with its time and writer; "" if it wrote nothing."""
    shades = colours(run)
    places = 3 if run.total < 100 else 2
    lines = "".join(_log_line(line, shades, places) for line in run.output)
    label = escape(word("log", language))
    return f'<ol class="sw-log" aria-label="{label}">{lines}</ol>' if lines else ""


def _log_line(line: Line, shades: dict[int, str], places: int) -> str:
    shade = shades.get(line.lane or 0, "")
    return (
        f'<li class="{line.stream}"><span class="t">{max(0.0, line.t) / 1000:.{places}f}</span>'
        f'<span class="who {shade}">{escape(line.task)}</span>'
        f'<span class="text">{escape(line.text)}</span></li>'
    )


def in_words(runs: Sequence[Run], language: str) -> str:
    """Return what the timelines say in words, which opens on demand."""
    text = "".join(describe(run, language=language) for run in runs)
    return details(word("in words", language), text, kind="sw-words")


def details(summary: str, body: str, kind: str = "") -> str:
    """Return what opens on demand."""
    return f'<details class="{kind}"><summary>{escape(summary)}</summary>{body}</details>'


def edit_action(home: str, sources: str, size: int, watched: int, language: str) -> str:
    """Return the button that opens the editor; it says where Python is, and how large."""
    attributes = (
        f' aria-expanded="false" data-python="{escape(home)}" data-sources="{escape(sources)}"'
        f' data-size="{size / 1e6:.0f}" data-bytes="{watched}"'
    )
    return action("edit", language, attributes=attributes)


def foot(run: Run, command: str, language: str, *, rest: str = "") -> str:
    """Return on which Python it ran, how it ended, and the command that repeats it."""
    note = f" · {word('left out', language).format(count=run.left_out)}" if run.left_out else ""
    status = f" · {word('exit', language)} {run.exit}" if run.exit else ""
    return (
        f'<p class="sw-foot">Python {escape(run.python)}{status}{note} · '
        f"<code>{escape(command)}</code>{rest}</p>"
    )


def slug(name: str) -> str:
    """Return a program's name as a part of an id."""
    return name.replace("/", "-").replace(".", "-")
