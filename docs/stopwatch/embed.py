"""What pages call: views of recorded runs, as HTML in the page's language.

A fence in a page does ``print(show("gather/order.py"))``; the functions return strings because
markdown-exec captures only what the fence itself prints. Nothing here runs a program.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from html import escape
from pathlib import Path

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from stopwatch import tables
from stopwatch.cache import Cache, key_of
from stopwatch.interpreters import interpreter_for, needs
from stopwatch.model import Line, Run
from stopwatch.readings import MeasureError, read_measure
from stopwatch.runner import Result, failure_key, recall, report
from stopwatch.snippets import Snippet, SnippetError, find_root, read_snippet
from stopwatch.timeline import colours, describe, render_scene, render_svg
from stopwatch.words import word


class EmbedError(Exception):
    """A page asked for something that can't be shown; the message says what and what to type."""


@dataclass(frozen=True)
class Site:
    """Where pages are being rendered: the project, the language, and the page's address."""

    root: Path
    language: str = "en"
    page: str = ""

    @property
    def depth(self) -> int:
        """How many folders the page's address is below its site's root."""
        return self.page.count("/")


_site: Site | None = None


def configure(root: Path, language: str) -> None:
    """Tell this module which project and language the following pages belong to."""
    global _site  # noqa: PLW0603 (fences call plain functions: there is nowhere to hand it through)
    _site = Site(root, language)
    _pages_showing.cache_clear()


def enter_page(url: str) -> None:
    """Tell this module the address of the page whose fences come next, e.g. "start/kitchen/"."""
    global _site  # noqa: PLW0603
    _site = replace(site(), page=url)


def site() -> Site:
    """Return the site being rendered; outside a build, this project in English."""
    return _site or Site(find_root())


# The card of one program


def show(
    name: str,
    *,
    code: bool = True,
    log: bool = True,
    timeline: bool = True,
    fold: str | None = None,
) -> str:
    """Return the card of one program: its code, timeline and log, and what can be done with it.

    ``fold`` names the function to show of a long program; the rest opens on demand, and what is
    copied or downloaded is always the whole file. Raises SnippetError or EmbedError.
    """
    snippet = read_snippet(site().root, name)
    result = _result(snippet)
    run = result.run
    parts = [_head([snippet], code=code)]
    if code:
        parts.append(_code(snippet, fold))
    if run is None:
        parts.append(f'<p class="sw-missing">{escape(_missing(result))}</p>')
    else:
        if timeline:
            parts.append(_timeline([run]))
        if log:
            parts.append(_log(run))
        parts.append(_in_words([run]))
        parts.append(_foot(run))
    return _card(parts, anchor=f"run-{_slug(name)}" if code else "", snippets=[snippet])


def compare(*names: str, titles: Sequence[str] | None = None) -> str:
    """Return one card with several runs on one time axis; their logs open on demand.

    Raises SnippetError or EmbedError.
    """
    snippets = [read_snippet(site().root, name) for name in names]
    results = [_result(snippet) for snippet in snippets]
    runs = [result.run for result in results if result.run]
    parts = [_head(snippets)]
    if runs:
        kept = (
            None if titles is None else [t for t, r in zip(titles, results, strict=True) if r.run]
        )
        parts += [_timeline(runs, kept), _in_words(runs)]
        parts += [_details(f"{word('log', _lang())}: {run.snippet}", _log(run)) for run in runs]
    parts += [
        f'<p class="sw-missing">{escape(_missing(result))}</p>'
        for result in results
        if not result.run
    ]
    return _card(parts, snippets=snippets, kind="sw-compare")


def listing(name: str) -> str:
    """Return the code of a file under ``snippets/``, without a run. Raises SnippetError."""
    snippet = read_snippet(site().root, name)
    return _card([_head([snippet], code=True), _code(snippet, None)], snippets=[snippet])


def table(name: str) -> str:
    """Return a comparison table, each cell linked to the program that shows it.

    Rows that name scenes get a small timeline of each. Raises TableError, SnippetError, EmbedError.
    """
    data = tables.load(site().root, name)
    pages = _pages_showing(site().root / "docs" / _lang())
    up = "../" * site().depth
    elsewhere = {snippet: f"{up}{page}" for snippet, page in pages.items()}
    here = frozenset(snippet for snippet, page in pages.items() if page == site().page)
    return tables.render(data, _lang(), here=here, elsewhere=elsewhere, scenes=_scenes(data))


def _scenes(data: tables.Table) -> dict[str, str]:
    names = {scene for row in data.rows for scene in row.scenes}
    runs = {name: _run(name) for name in names}
    longest = max((run.total for run in runs.values()), default=0.0)
    return {name: render_scene(run, longest, language=_lang()) for name, run in runs.items()}


@cache
def _pages_showing(pages: Path) -> dict[str, str]:
    """Return the address of the page that shows each snippet; the first one if several do."""
    found: dict[str, str] = {}
    for path in sorted(pages.rglob("*.md")):
        page = path.relative_to(pages).with_suffix("").as_posix()
        address = f"{page.removesuffix('index')}/" if page != "index" else ""
        for name in _SHOWN.findall(path.read_text("utf-8")):
            found.setdefault(name, address)
    return found


_SHOWN = re.compile(r'show\("([^"]+)"(?!.*code=False)')


def measure(what: str, targets: str) -> str:
    """Return a number of one or two runs for the prose: what ``[what](measure:targets)`` becomes.

    See ``readings.read_measure`` for what can be asked. Raises EmbedError.
    """
    try:
        runs = [_run(name.strip()) for name in targets.split(",") if name.strip()]
        value, text = read_measure(what, runs)
    except (SnippetError, EmbedError, MeasureError) as error:
        message = f"[{what}](measure:{targets}): {error}"
        raise EmbedError(message) from error
    title = f"{targets.replace(',', ' / ')} · {what}" if targets else what
    attributes = f'class="sw-number" value="{escape(value)}" title="{escape(title)}"'
    return f"<data {attributes}>{escape(text)}</data>"


# Parts of a card


def _lang() -> str:
    return site().language


def _run(name: str) -> Run:
    result = _result(read_snippet(site().root, name))
    if result.run is None:
        raise EmbedError(_missing(result))
    return result.run


def _result(snippet: Snippet) -> Result:
    """Return what is known of a snippet. Raises EmbedError when it failed or was never recorded."""
    root = site().root
    if not snippet.settings.run:
        message = f"snippets/{snippet.name} says run = false: show it with listing(), it has no run"
        raise EmbedError(message)
    result = recall(snippet, root)
    if result is not None:
        return result
    failed = Cache.of(root).get(failure_key(key_of(snippet, root)))
    if failed is not None:
        raise EmbedError(report(Result(snippet, failed, failed.error)))
    message = f"snippets/{snippet.name} has no recorded run; record it: mkdocs build"
    raise EmbedError(message)


def _missing(result: Result) -> str:
    if interpreter_for(result.snippet) is None:
        return word("missing", _lang()).format(
            name=result.snippet.name, needs=needs(result.snippet)
        )
    return result.problem or ""


def _card(
    parts: list[str], *, snippets: Sequence[Snippet], anchor: str = "", kind: str = ""
) -> str:
    names = " ".join(snippet.name for snippet in snippets)
    identity = f' id="{escape(anchor)}"' if anchor else ""
    return (
        f'<div class="sw-card {kind}"{identity} data-search-exclude '
        f'data-snippet="{escape(names)}">\n' + "\n".join(parts) + "\n</div>"
    )


def _head(snippets: Sequence[Snippet], *, code: bool = False) -> str:
    files = ' <span class="sw-vs">vs</span> '.join(
        f'<span class="sw-file">{escape(snippet.name)}</span>' for snippet in snippets
    )
    actions = ""
    if code:
        up = "../" * site().depth
        copy, download = word("copy", _lang()), word("download", _lang())
        actions = (
            f'<button type="button" class="sw-action" data-sw="copy">{copy}</button>'
            f'<a class="sw-action" href="{up}snippets/{escape(snippets[0].name)}" download>'
            f"{download}</a>"
        )
    return (
        f'<div class="sw-head"><span class="sw-files">{files}</span>'
        f'<span class="sw-actions">{actions}</span></div>'
    )


def _code(snippet: Snippet, fold: str | None) -> str:
    source = snippet.source.decode("utf-8")
    folded = _folded(source, fold)
    formatter: HtmlFormatter[str] = HtmlFormatter(nowrap=True)
    html = highlight(source, PythonLexer(stripnl=False, ensurenl=False), formatter)
    lines = html.split("\n")
    if lines[-1] == "":
        lines.pop()
    body = "".join(
        f'<span class="sw-line{" sw-folded" if number in folded else ""}" data-line="{number}">'
        f"{line}\n</span>"
        for number, line in enumerate(lines, start=1)
    )
    more = word("whole file", _lang())
    unfold = (
        f'<button type="button" class="sw-unfold" data-sw="unfold">{more}</button>'
        if folded
        else ""
    )
    label = escape(f"{snippet.name}")
    return (
        f'<div class="sw-code highlight">{unfold}'
        f'<pre tabindex="0" role="region" aria-label="{label}"><code>{body}</code></pre></div>'
    )


def _folded(source: str, function: str | None) -> set[int]:
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
    raise EmbedError(f"fold={function!r}: there is no such function in the program")


def _timeline(runs: Sequence[Run], titles: Sequence[str] | None = None) -> str:
    identity = _slug("-".join(run.snippet for run in runs))
    svg = render_svg(runs, titles=titles, language=_lang(), id=identity)
    return f'<div class="sw-timeline">{svg}</div>'


def _log(run: Run) -> str:
    shades = colours(run)
    places = 3 if run.total < 100 else 2
    lines = "".join(_log_line(line, shades, places) for line in run.output)
    label = escape(word("log", _lang()))
    return f'<ol class="sw-log" aria-label="{label}">{lines}</ol>' if lines else ""


def _log_line(line: Line, shades: dict[int, str], places: int) -> str:
    shade = shades.get(line.lane or 0, "")
    return (
        f'<li class="{line.stream}"><span class="t">{max(0.0, line.t) / 1000:.{places}f}</span>'
        f'<span class="who {shade}">{escape(line.task)}</span>'
        f'<span class="text">{escape(line.text)}</span></li>'
    )


def _in_words(runs: Sequence[Run]) -> str:
    text = "".join(describe(run, language=_lang()) for run in runs)
    return _details(word("in words", _lang()), text, kind="sw-words")


def _details(summary: str, body: str, kind: str = "") -> str:
    return f'<details class="{kind}"><summary>{escape(summary)}</summary>{body}</details>'


def _foot(run: Run) -> str:
    note = f" · {word('left out', _lang()).format(count=run.left_out)}" if run.left_out else ""
    status = f" · {word('exit', _lang())} {run.exit}" if run.exit else ""
    return (
        f'<p class="sw-foot">Python {escape(run.python)}{status}{note} · '
        f"<code>python -m stopwatch run {escape(run.snippet)}</code></p>"
    )


def _slug(name: str) -> str:
    return name.replace("/", "-").replace(".", "-")
