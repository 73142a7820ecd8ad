"""What pages call: views of recorded runs, as HTML in the page's language.

A fence in a page does ``print(show("gather/order.py"))``; the functions return strings because
markdown-exec captures only what the fence itself prints. Nothing here runs a program.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b85decode, b85encode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, partial
from html import escape
from pathlib import Path

from stopwatch import card, tables
from stopwatch.cache import Cache, key_of
from stopwatch.chrome import chrome_name, to_chrome_trace
from stopwatch.crowd import disturbed
from stopwatch.interpreters import interpreter_for, needs
from stopwatch.model import Run
from stopwatch.packed import embed_run
from stopwatch.picture import render_picture
from stopwatch.pyodide import HOME, Pyodide, sources
from stopwatch.readings import MeasureError, duration, read_measure
from stopwatch.reruns import local_command, why_not
from stopwatch.runner import Result, failure_key, recall, report
from stopwatch.shelf import Shelf
from stopwatch.snippets import Snippet, SnippetError, find_root, find_snippets, read_snippet
from stopwatch.timeline import render_scene
from stopwatch.words import word


class EmbedError(Exception):
    """A page asked for something that can't be shown; the message says what and what to type."""


@dataclass(frozen=True)
class Site:
    """Where pages are being rendered: the project, the language, and the page's address.

    ``python`` is what runs programs in the page, if anything does, and ``published`` leads from
    this language's root to where it is.
    """

    root: Path
    language: str = "en"
    page: str = ""
    python: Pyodide | None = None
    published: str = ""

    @property
    def depth(self) -> int:
        """How many folders the page's address is below its site's root."""
        return self.page.count("/")


_site: Site | None = None
_taken: Counter[str] = Counter()  # ids in the page being rendered
_shelf: Shelf | None = None
_used: dict[str, tuple[Snippet, Run | None]] = {}
_SHOWN, _LISTED, _ALL = "run", "file", "all"  # what a page may depend on
_needed: dict[str, None] = {}  # what it depends on, in order: see needed()
_known: dict[Snippet, Result] = {}  # What this build has read from the cache …
_all: list[Result] = []  # … and, once it was asked for, of every program.


def configure(root: Path, language: str) -> None:
    """Tell this module which project and language the following pages belong to."""
    global _site, _shelf  # noqa: PLW0603 (fences call plain functions: nowhere to hand it through)
    _site = Site(root, language)
    _pages_showing.cache_clear()
    _state_of_all.cache_clear()
    _known.clear()
    _all.clear()
    _shelf = Shelf(root / ".cache" / "stopwatch" / f"beside-{language}.json")


def save_drawn() -> None:
    """Keep what has been drawn, so that the next build need not draw it again."""
    if _shelf is not None:
        _shelf.save()


def know(results: Iterable[Result]) -> None:
    """Take over what has just been recorded or found in the cache."""
    _known.update({result.snippet: result for result in results if not result.problem})
    _all.clear()
    _state_of_all.cache_clear()


def enter_page(url: str) -> None:
    """Tell this module the address of the page whose fences come next, e.g. "start/kitchen/"."""
    global _site  # noqa: PLW0603
    _site = replace(site(), page=url)
    _taken.clear()
    _used.clear()
    _needed.clear()


def used() -> list[tuple[Snippet, Run | None]]:
    """Return the programs that the page entered last has asked for, each with its run if any."""
    return list(_used.values())


def needed() -> dict[str, str]:
    """Return what the page entered last depends on, each with its state: see ``state_of``."""
    return state_of(_needed)


def state_of(parts: Iterable[str]) -> dict[str, str]:
    """Return these parts of a page, each with its state as it is now; equal states look alike.

    Parts are ``"run gather/order.py"``, ``"file llm/standin.py"`` and ``"all"``, which stands for
    all programs, pages and tables.
    """
    return {part: _state(*part.split(" ", 1)) for part in parts}


def _state(kind: str, name: str = "") -> str:
    if kind == _ALL:
        return _state_of_all()
    with suppress(SnippetError):
        snippet = read_snippet(site().root, name)
        result = _recall(snippet) if kind == _SHOWN else None
        digest = hashlib.sha256(snippet.source).hexdigest()
        return f"{digest} {result.digest} {result.missing}" if result else digest
    return ""


@cache
def _state_of_all() -> str:
    docs = site().root / "docs"
    folders = (docs / _lang(), docs / "tables")
    digest = hashlib.sha256(repr([(r.snippet.name, r.digest) for r in _all_results()]).encode())
    for path in sorted(path for folder in folders for path in folder.rglob("*.*")):
        digest.update(str(path.relative_to(docs)).encode() + path.read_bytes())
    return digest.hexdigest()


def take_up(parts: Iterable[str]) -> None:
    """Have the page entered last show these programs: it was finished before, by another build."""
    for part in parts:
        kind, _, name = part.partition(" ")
        if kind == _SHOWN:
            snippet = read_snippet(site().root, name)
            result = _recall(snippet)
            _used[name] = (snippet, result.run if result else None)
        elif kind == _LISTED:
            _used.setdefault(name, (read_snippet(site().root, name), None))


def offer() -> tuple[object, ...]:
    """Return all that this module's cards depend on beside programs and pages."""
    python = site().python
    return site().language, python and (site().published, sources()[0], python.size, python.watched)


def offer_python(python: Pyodide | None, published: str = "") -> None:
    """Tell this module what runs programs in the pages."""
    global _site  # noqa: PLW0603
    _site = replace(site(), python=python, published=published)


def can_run_here() -> bool:
    """Tell whether there is a program that a page could run itself."""
    return any(r.run and not why_not(r.snippet, r.run) for r in _all_results())


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
    result = _result(read_snippet(site().root, name))
    anchor = _distinct(f"run-{card.slug(name)}") if code else ""
    picture = _distinct(card.slug(name)) if timeline else ""
    snippet, run = result.snippet, result.run
    actions = [card.replay_action(_lang())] if run else []
    if code:
        actions += _edit(snippet, run) + _actions(snippet, run)
    parts = [card.head([name], actions)]
    if code:
        parts.append(_code(snippet, fold))
    if run is None:
        parts.append(f'<p class="sw-missing">{escape(_missing(result))}</p>')
    else:
        if picture:
            parts.append(card.timeline([run], _lang(), identity=picture))
        if log:
            parts.append(card.log(run, _lang()))
        command = f"python -m stopwatch run {run.snippet}"
        parts += [card.in_words([run], _lang()), *_disturbances([run])]
        rest = _elsewhere(snippet, run) if code else ""
        parts.append(card.foot(run, command, _lang(), rest=rest))
        parts.append(embed_run(run, snippet.source.decode("utf-8"), language=_lang()))
    return card.card(parts, names=[name], anchor=anchor)


def compare(*names: str, titles: Sequence[str] | None = None) -> str:
    """Return one card with several runs on one time axis; their logs open on demand.

    Raises SnippetError or EmbedError.
    """
    results = [_result(read_snippet(site().root, name)) for name in names]
    identity = _distinct(f"compare-{card.slug('-'.join(names))}")
    runs = [result.run for result in results if result.run]
    parts = [card.head(names, [card.replay_action(_lang())] if runs else [])]
    if runs:
        kept = (
            None if titles is None else [t for t, r in zip(titles, results, strict=True) if r.run]
        )
        parts += [card.timeline(runs, _lang(), kept, identity), card.in_words(runs, _lang())]
        for run in runs:
            title = word("log of", _lang()).format(name=run.snippet)
            parts.append(card.details(title, card.log(run, _lang())))
        parts += _disturbances(runs)
        parts += [embed_run(run, language=_lang()) for run in runs]
    parts += [
        f'<p class="sw-missing">{escape(_missing(result))}</p>'
        for result in results
        if not result.run
    ]
    return card.card(parts, names=names, anchor=identity, kind="sw-compare")


def listing(name: str) -> str:
    """Return the code of a file under ``snippets/``, without a run. Raises SnippetError."""
    snippet = read_snippet(site().root, name)
    _used.setdefault(name, (snippet, None))
    _needed[f"{_LISTED} {name}"] = None
    parts = [card.head([name], _actions(snippet, None)), _code(snippet, None)]
    return card.card(parts, names=[name])


def table(name: str) -> str:
    """Return a comparison table, each cell linked to the program that shows it.

    Rows that name scenes get a small timeline of each. Raises TableError, SnippetError, EmbedError.
    """
    _needed[_ALL] = None
    data = tables.load(site().root, name)
    pages = _pages_showing(site().root / "docs" / _lang())
    up = "../" * site().depth
    elsewhere = {snippet: f"{up}{page}" for snippet, page in pages.items()}
    here = frozenset(snippet for snippet, page in pages.items() if page == site().page)
    return tables.render(data, _lang(), here=here, elsewhere=elsewhere, scenes=_scenes(data))


def _scenes(data: tables.Table) -> dict[str, str]:
    runs = {name: _run(name) for row in data.rows for name in row.scenes}
    longest = max((run.total for run in runs.values()), default=0.0)
    return {name: render_scene(run, longest, language=_lang()) for name, run in runs.items()}


@cache
def _pages_showing(pages: Path) -> dict[str, str]:
    """Return the address of the page that shows each snippet; the first one if several do."""
    found: dict[str, str] = {}
    for path in sorted(pages.rglob("*.md")):
        page = path.relative_to(pages).with_suffix("").as_posix()
        address = f"{page.removesuffix('index')}/" if page != "index" else ""
        for name in _SHOWS.findall(path.read_text("utf-8")):
            found.setdefault(name, address)
    return found


_SHOWS = re.compile(r'show\("([^"]+)"(?!.*code=False)')


def measure(what: str, targets: str) -> str:
    """Return a number of one or two runs for the prose: what ``[what](measure:targets)`` becomes.

    The target ``*`` means all programs that ran side by side. See ``readings.read_measure`` for
    what can be asked. Raises EmbedError.
    """
    try:
        if targets == "*":
            _needed[_ALL] = None
        runs = list(side_by_side()) if targets == "*" else [_run(name) for name in _names(targets)]
        value, text = read_measure(what, runs)
    except (SnippetError, EmbedError, MeasureError) as error:
        message = f"[{what}](measure:{targets}): {error}"
        raise EmbedError(message) from error
    title = f"{targets.replace(',', ' / ')} · {what}" if targets else what
    attributes = f'class="sw-number" value="{escape(value)}" title="{escape(title)}"'
    return f"<data {attributes}>{escape(text)}</data>"


def _names(targets: str) -> list[str]:
    return [name.strip() for name in targets.split(",") if name.strip()]


def side_by_side() -> Iterator[Run]:
    """Yield the runs of all programs that ran beside others."""
    for result in _all_results():
        if result.run and not result.snippet.runs_alone:
            yield result.run


def _all_results() -> list[Result]:
    """Return what is known of every program that runs; read once in a build."""
    if not _all:
        snippets = [s for s in find_snippets(site().root) if s.settings.run]
        _all.extend(result for s in snippets if (result := _recall(s)))
    return _all


def traces() -> Iterator[tuple[str, str]]:
    """Yield the trace of every recorded run: its address below ``traces/`` and its content."""
    for result in _all_results():
        if result.run:
            trace = _drawn(("trace",), [result], partial(to_chrome_trace, result.run))
            yield chrome_name(result.snippet.name), trace


# What a card needs


def picture(run: Run) -> bytes:
    """Return the run's picture, a PNG, from the shelf if it is there."""
    (digest,) = [r.digest for r in _all_results() if r.snippet.name == run.snippet] or [""]
    if _shelf is None or not digest:
        return render_picture(run)
    return b85decode(
        _shelf.take(("picture", digest), lambda: b85encode(render_picture(run)).decode())
    )


def made(what: str, text: str, names: Iterable[str], make: Callable[[], str]) -> str:
    """Return what is made of a text and these programs' runs, from the shelf if it is there."""
    results = [_recall(read_snippet(site().root, name)) for name in names]
    recorded = [result for result in results if result is not None]
    return _drawn((what, text), recorded, make) if len(recorded) == len(results) else make()


def _drawn(look: tuple[object, ...], results: Sequence[Result], draw: Callable[[], str]) -> str:
    """Return what is drawn of these runs, from the shelf if the last build has drawn it."""
    digests = [result.digest for result in results]
    if _shelf is None or not all(digests):
        return draw()
    return _shelf.take((look, digests, _lang()), draw)


def _lang() -> str:
    return site().language


def _distinct(identity: str) -> str:
    """Return an id that no other element of the page has; the first who asks gets it as it is."""
    _taken[identity] += 1
    return identity if _taken[identity] == 1 else f"{identity}-{_taken[identity]}"


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
    result = _recall(snippet)
    if result is not None:
        _used[snippet.name] = (snippet, result.run)
        _needed[f"{_SHOWN} {snippet.name}"] = None
        return result
    failed = Cache.of(root).get(failure_key(key_of(snippet, root)))
    if failed is not None:
        raise EmbedError(report(Result(snippet, failed, failed.error)))
    message = f"snippets/{snippet.name} has no recorded run; record it: mkdocs build"
    raise EmbedError(message)


def _recall(snippet: Snippet) -> Result | None:
    result = _known.get(snippet) or recall(snippet, site().root)
    if result is not None:
        _known[snippet] = result
    return result


def _missing(result: Result) -> str:
    if interpreter_for(result.snippet) is None:
        return word("missing", _lang()).format(
            name=result.snippet.name, needs=needs(result.snippet)
        )
    return result.problem or ""


def _disturbances(runs: Iterable[Run]) -> Iterator[str]:
    """Yield a line for each run that the machine disturbed, alone though it was."""
    for run in runs:
        if disturbed(run):
            text = word("disturbed", _lang()).format(name=run.snippet, delay=duration(run.delayed))
            yield f'<p class="sw-missing sw-disturbed">{escape(text)}</p>'


def _code(snippet: Snippet, fold: str | None) -> str:
    try:
        return card.code(snippet.source.decode("utf-8"), snippet.name, fold, _lang())
    except card.FoldError as error:
        raise EmbedError(str(error)) from error


def _edit(snippet: Snippet, run: Run | None) -> list[str]:
    """Return the button that edits and runs a program in the page, if that can be done."""
    python = site().python
    if python is None or run is None or why_not(snippet, run):
        return []
    up = "../" * site().depth + site().published
    address = f"{up}{sources()[0]}"
    return [card.edit_action(f"{up}{HOME}", address, python.size, python.watched, _lang())]


def _elsewhere(snippet: Snippet, run: Run) -> str:
    """Say why a program can't be run in the page as others can, and how to run it."""
    why = why_not(snippet, run, _lang()) if site().python else ""
    if not why:
        return ""
    command = local_command(snippet)
    reason = escape(word("elsewhere", _lang()).format(why=why))
    how = f"{word('with', _lang())}<code>{escape(command)}</code>" if command else ""
    return f"<br>{reason}{how}"


def _actions(snippet: Snippet, run: Run | None) -> list[str]:
    """Return what can be taken away: the file, and the trace of its run."""
    up = "../" * site().depth
    actions = [
        card.action("copy", _lang()),
        card.file_action("download", f"{up}snippets/{snippet.name}", _lang()),
    ]
    if run:
        address = f"{up}traces/{chrome_name(snippet.name)}"
        actions.append(card.file_action("trace", address, _lang()))
    return actions
