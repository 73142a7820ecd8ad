"""What lies beside the pages of a site: each as Markdown, its picture, and the list of them all."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stopwatch import embed
from stopwatch.llms import Entry, render_index, to_markdown
from stopwatch.model import Run
from stopwatch.snippets import Snippet

MARKDOWN, PICTURE, INDEX = "index.md", "picture.png", "llms.txt"


@dataclass(frozen=True)
class Leaf:
    """A page in its site.

    ``source`` is its file below the language's folder, ``folder`` where it is published,
    ``address`` the same as readers have it. ``markdown`` is "" where there is none.
    """

    source: str
    folder: str
    address: str
    section: str
    title: str
    description: str
    markdown: str
    used: tuple[tuple[Snippet, Run | None], ...]

    @property
    def telling(self) -> Run | None:
        """The run that a picture of the page shows: the first in which things overlap."""
        runs = [run for _, run in self.used if run and run.lanes]
        return next((run for run in runs if len(run.lanes) > 2), runs[0] if runs else None)


def picture_of(leaf: Leaf, home: Leaf | None) -> str:
    """Return the address of a page's picture: its own, else that of the first page, else ""."""
    for page in (leaf, home):
        if page is not None and page.telling is not None:
            return f"{page.address}{PICTURE}"
    return ""


def write_beside(
    site: Path,
    leaves: Sequence[Leaf],
    *,
    root: Path,
    language: str,
    title: str,
    description: str,
    elsewhere: Mapping[str, str],
    pictures: bool = True,
) -> list[str]:
    """Write what lies beside the pages and return what went wrong, page by page."""
    by_source = {leaf.source: leaf for leaf in leaves}
    mistakes = []
    for leaf in leaves:
        folder = site / leaf.folder
        if pictures and leaf.telling is not None:
            (folder / PICTURE).write_bytes(embed.picture(leaf.telling))
        if leaf.markdown:
            try:
                text = _markdown(leaf, by_source, root, language)
                (folder / MARKDOWN).write_text(text, "utf-8")
            except Exception as error:  # noqa: BLE001 (an author's mistake, reported with its page)
                mistakes.append(f"{leaf.source}: as Markdown: {error!r}")
    index = render_index(title, description, _entries(leaves), elsewhere)
    (site / INDEX).write_text(index, "utf-8")
    return mistakes


def _markdown(leaf: Leaf, by_source: Mapping[str, Leaf], root: Path, language: str) -> str:
    def link(target: str) -> str | None:
        source = posixpath.normpath(posixpath.join(posixpath.dirname(leaf.source), target))
        if source not in by_source:
            return None
        page = by_source[source]
        return posixpath.relpath(posixpath.join(page.folder, _file(page)), leaf.folder or ".")

    used = {snippet.name: (snippet, run) for snippet, run in leaf.used}

    def make() -> str:
        text = to_markdown(leaf.markdown, used, root=root, language=language, link=link)
        return f"{text}\n---\n\n<{leaf.address}>\n"

    if "measure:*" in leaf.markdown:  # Of all runs, not only of those that the page shows.
        return make()
    tables = [path.read_text("utf-8") for path in sorted((root / "docs" / "tables").glob("*.toml"))]
    sources = "\n".join([leaf.address, leaf.markdown, *sorted(by_source), *tables])
    return embed.made("markdown", sources, used, make)


def _entries(leaves: Iterable[Leaf]) -> Iterator[Entry]:
    for leaf in leaves:
        file = MARKDOWN if leaf.markdown else ""
        yield Entry(leaf.section, leaf.title, f"{leaf.address}{file}", leaf.description)


def _file(leaf: Leaf) -> str:
    return MARKDOWN if leaf.markdown else "index.html"
