"""The foot of a page: when, on what and from which sources its runs were made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path, PurePosixPath

from stopwatch.model import Run
from stopwatch.snippets import Snippet
from stopwatch.words import word


@dataclass(frozen=True)
class Sources:
    """Where a reader can look the sources up: the repository's address, "" if it has none yet."""

    repo_url: str = ""
    revision: str = "HEAD"

    def link(self, path: str, elsewhere: str = "") -> str:
        """Return a path of the repository, linked to what is known: never a dead link."""
        text = f"<code>{escape(path)}</code>"
        base = f"{self.repo_url.rstrip('/')}/blob/{self.revision}/" if self.repo_url else ""
        address = f"{base}{path}" if base else elsewhere
        return f'<a href="{escape(address)}">{text}</a>' if address else text


def render_foot(
    page: str,
    used: Sequence[tuple[Snippet, Run | None]],
    *,
    root: Path,
    sources: Sources,
    up: str,
    language: str,
    markdown: str = "",
    archive: str = "",
    worker: str = "",
) -> str:
    """Return the foot of a page.

    ``page`` is its source in the repository, ``used`` the programs it shows, each with its run if
    it has one, ``up`` the way from the page to its site's root, such as "../../",
    ``markdown`` the way to the page as Markdown, ``archive`` to the site as one file and ``worker``
    to the script that keeps pages for when there is no network.
    """
    files = _files(page, root, sources, language)
    if markdown:
        files += f' · <a href="{escape(markdown)}">{escape(word("page text", language))}</a>'
    lines = [_runs([run for _, run in used if run], language), files]
    parts = [f"<p>{line}</p>" for line in lines if line]
    if used:
        parts.append(_programs(used, sources, up, language))
    if archive:
        parts.append(_archive(archive, language))
    label = escape(word("origin", language))
    attributes = f' data-worker="{escape(worker)}"' if worker else ""
    body = "".join(parts)
    return f'<section class="sw-origin" aria-label="{label}"{attributes}>{body}</section>'


def version(snippet: Snippet) -> str:
    """Return the first characters of the SHA-256 of a program's bytes."""
    return hashlib.sha256(snippet.source).hexdigest()[:8]


def _runs(runs: Sequence[Run], language: str) -> str:
    if not runs:
        return ""
    days = _distinct(run.recorded for run in runs)
    pythons = _distinct(f"Python {run.python}" for run in runs)
    facts = [*_span(days), *pythons, *_distinct(run.machine for run in runs)]
    return f"{word('recorded', language)} {' · '.join(facts)}"


def _span(days: Sequence[str]) -> Iterator[str]:
    ends = sorted({min(days), max(days)}) if days else []
    if ends:
        yield " – ".join(f'<time datetime="{day}">{day}</time>' for day in ends)


def _distinct(texts: Iterable[str]) -> list[str]:
    return [escape(text) for text in sorted(set(texts)) if text]


def _files(page: str, root: Path, sources: Sources, language: str) -> str:
    parts = [f"{word('page source', language)} {sources.link(page)}"]
    if (test := _test_of(page, root)) is not None:
        parts.append(f"{word('page tests', language)} {sources.link(test)}")
    return " · ".join(parts)


def _archive(address: str, language: str) -> str:
    """Return the link to the archive; its size is known once it is there (``offline``)."""
    text = escape(word("archive", language))
    link = f'<a href="{escape(address)}" download>{text}</a>'
    return f"<!-- online --><p>{link} (<!-- size -->)</p><!-- /online -->"


def _test_of(page: str, root: Path) -> str | None:
    name = PurePosixPath(page).stem.replace("-", "_")
    test = f"tests/pages/test_{name}.py"
    return test if (root / test).is_file() else None


def _programs(
    used: Sequence[tuple[Snippet, Run | None]], sources: Sources, up: str, language: str
) -> str:
    items = "".join(
        f"<li>{sources.link(path, f'{up}{path}')} "
        f'<span class="sw-version">{version(snippet)}</span></li>'
        for snippet, _ in used
        for path in [f"snippets/{snippet.name}"]
    )
    summary = word("programs", language).format(count=len(used))
    return f"<details><summary>{escape(summary)}</summary><ul>{items}</ul></details>"
