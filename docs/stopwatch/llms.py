"""Pages as plain Markdown with what was measured, and llms.txt, which lists them.

For people who read with tools: no page has to be scraped. A fence becomes the program, its log and
its timeline as text, a ``measure:`` link becomes the number.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

from stopwatch import embed, tables
from stopwatch.model import Run
from stopwatch.prose import LINK
from stopwatch.readings import duration, read_measure
from stopwatch.snippets import Snippet
from stopwatch.timeline import render_text
from stopwatch.words import word

Used = Mapping[str, tuple[Snippet, Run | None]]

_FENCE = re.compile(r"^([ \t]*)(`{3,})(.*)\n((?:.*\n)*?)\1\2[ \t]*$", re.MULTILINE)
_MEASURE = re.compile(LINK)
_LINK = re.compile(r"(?<!\!)(\[[^\]\n]*\])\((?!\w+:|//)([^()\s#]*)(#[^()\s]*)?\)")
_HEADING_ID = re.compile(r"^(#+ .*?) *\{ *#[\w-]+ *\}$", re.MULTILINE)
_BLOCK = re.compile(r'^([ \t]*)(?:\?\?\?\+?|!!!) [\w-]+(?: "(.*)")?$')
_MARKUP = re.compile(r"(?m)^(?:<div\b[^>]* markdown\b[^>]*>|</div>|<script\b.*</script>)\n+")
_WIDTH = 90


@dataclass(frozen=True)
class Entry:
    """A page in the list: where its Markdown is, or its HTML if it has none."""

    section: str
    title: str
    address: str
    description: str


def to_markdown(
    text: str, used: Used, *, root: Path, language: str, link: Callable[[str], str | None]
) -> str:
    """Return a page's source as Markdown that needs nothing of ours.

    ``used`` are the programs of the page by name, ``link`` says where a link to another source
    leads (None: it stays as it is).
    """
    views = _Views(used, root, language)
    parts, at = [], 0
    for fence in _FENCE.finditer(text):
        parts.append(_prose(text[at : fence.start()], used, link))
        executed = 'exec="on"' in fence[3]
        parts.append(indent(views.run(dedent(fence[4])), fence[1]) if executed else fence[0])
        at = fence.end()
    parts.append(_prose(text[at:], used, link))
    return _without_blocks("".join(parts)).strip() + "\n"


def from_notebook(text: str) -> str:
    """Return a notebook as Markdown: its text, its code, and what that wrote."""
    parts = []
    for cell in json.loads(text)["cells"]:
        source = "".join(cell["source"])
        parts.append(f"```python\n{source}\n```" if cell["cell_type"] == "code" else source)
        outputs = ("".join(_written(output)) for output in cell.get("outputs", ()))
        parts += [_block(output.rstrip()) for output in outputs if output.strip()]
    return "\n\n".join(parts)


def _written(output: dict[str, Any]) -> str | list[str]:
    """Return what an output says as text; of a picture there is none."""
    data = output.get("data", {})
    if any(kind.startswith("image/") for kind in data):
        return ""
    written: str | list[str] = output.get("text") or data.get("text/plain", "")
    return written


def render_index(
    title: str, description: str, entries: Iterable[Entry], elsewhere: Mapping[str, str]
) -> str:
    """Return llms.txt: the site's name, what it is, and its pages by section.

    ``elsewhere`` are the addresses of the same file in the other languages, by their names.
    """
    lines = [f"# {title}", "", f"> {description}"]
    section = None
    for entry in entries:
        if entry.section != section:
            section = entry.section
            lines += ["", f"## {section or title}", ""]
        lines.append(f"- [{entry.title}]({entry.address}): {entry.description}")
    if elsewhere:
        lines += ["", "## Optional", ""]
        lines += [f"- [{name}]({address})" for name, address in elsewhere.items()]
    return "\n".join([*lines, ""])


# Prose


def _prose(text: str, used: Used, link: Callable[[str], str | None]) -> str:
    def number(match: re.Match[str]) -> str:
        if match[2] == "*":
            return read_measure(match[1], list(embed.side_by_side()))[1]
        names = [name.strip() for name in match[2].split(",") if name.strip()]
        runs = [run for name in names for run in [used[name][1]] if run is not None]
        return read_measure(match[1], runs)[1]

    def follow(match: re.Match[str]) -> str:
        target = link(match[2]) if match[2] else None
        return match[0] if target is None else f"{match[1]}({target}{match[3] or ''})"

    text = _LINK.sub(follow, _MEASURE.sub(number, text))
    return _MARKUP.sub("", _HEADING_ID.sub(r"\1", text))


def _without_blocks(text: str) -> str:
    """Turn blocks that open on demand, and notes, into a bold title and plain paragraphs."""
    lines = text.splitlines()
    out: list[str] = []
    depths: list[int] = []  # The indents of the blocks that are open.
    for line in lines:
        margin = len(line) - len(line.lstrip())
        while line.strip() and depths and margin <= depths[-1]:
            depths.pop()
        if block := _BLOCK.match(line):
            depths.append(margin)
            out += [f"**{block[2]}**", ""] if block[2] else []
        else:
            out.append(line[4 * len(depths) :] if line.strip() else "")
    return "\n".join(out)


# What fences show


class _Views:
    """The functions that fences call, as text."""

    def __init__(self, used: Used, root: Path, language: str) -> None:
        self._used, self._root, self._language = used, root, language

    def run(self, source: str) -> str:
        """Return what a fence shows. Raises ValueError for one that does more than show."""
        parts = []
        for statement in ast.parse(source).body:
            match statement:
                case ast.ImportFrom(module="stopwatch"):
                    continue
                case ast.Expr(ast.Call(ast.Name("print"), [ast.Call(ast.Name(name)) as call])):
                    values = [ast.literal_eval(value) for value in call.args]
                    options = {k.arg: ast.literal_eval(k.value) for k in call.keywords if k.arg}
                    parts.append("\n\n".join(getattr(self, f"_{name}")(*values, **options)))
                case _:
                    raise ValueError(f"a fence does more than show something: {source!r}")
        return "\n\n".join(parts)

    def _show(self, name: str, *, code: bool = True, **options: Any) -> Iterator[str]:
        snippet, run = self._used[name]
        if code:
            yield self._code(snippet)
        yield from self._recorded(snippet, run, **options)

    def _compare(self, *names: str, **_: Any) -> Iterator[str]:
        for name in names:
            yield from self._recorded(*self._used[name])

    def _listing(self, name: str) -> Iterator[str]:
        yield self._code(self._used[name][0])

    def _table(self, name: str) -> Iterator[str]:
        table = tables.load(self._root, name)
        rows = [["", *(column[self._language] for column in table.columns)]]
        rows.append(["---"] * len(rows[0]))
        rows += [[row.title[self._language], *map(self._cell, row.cells)] for row in table.rows]
        lines = (" | ".join(text.replace("|", "\\|") for text in row) for row in rows)
        yield "\n".join(f"| {line} |" for line in lines)

    def _cell(self, cell: tables.Cell) -> str:
        version = f" (Python {cell.python})" if cell.python else ""
        return f"{cell.text[self._language]}{version}"

    def _code(self, snippet: Snippet) -> str:
        code = snippet.source.decode("utf-8").rstrip()
        return f"`snippets/{snippet.name}`\n\n```python\n{code}\n```"

    def _recorded(
        self,
        snippet: Snippet,
        run: Run | None,
        *,
        log: bool = True,
        timeline: bool = True,
        **_: Any,
    ) -> Iterator[str]:
        if run is None:
            needs = snippet.requires_python or snippet.settings.interpreter or ""
            missing = word("missing", self._language)
            yield missing.format(name=snippet.name, needs=f"Python {needs}")
            return
        yield f"`snippets/{run.snippet}` · Python {run.python} · {duration(run.total)}"
        if log and run.output:
            yield _block(render_log(run))
        if timeline and (picture := render_text(run, width=_WIDTH)):
            yield _block(picture)


def _block(text: str) -> str:
    return f"```text\n{text}\n```"


def render_log(run: Run) -> str:
    """Return a run's log: seconds, who wrote it, what; "!" marks what went to stderr."""
    column = max((len(line.task) for line in run.output), default=0)
    return "\n".join(
        f"{max(0.0, line.t) / 1000:8.3f}  {line.task:{column}} "
        f"{'!' if line.stream == 'stderr' else ' '} {line.text}".rstrip()
        for line in run.output
    )
