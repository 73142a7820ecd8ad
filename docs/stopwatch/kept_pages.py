"""What MkDocs does with finished pages: one that nothing has touched since is not made again.

Rendering Markdown, filling templates and cutting text into words for the search take most of a
build. All of it is a function of what ``_frame`` lists, of the page's source and of the programs it
shows; as long as those stay the same, the page is taken from the last build as it was published.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import mkdocs
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import TableOfContents
from mkdocs.utils.templates import TemplateContext

from stopwatch import embed
from stopwatch.shelf import makers
from stopwatch.store import Store
from stopwatch.translated import stale
from stopwatch.translation import NESTED

_TEMPLATE = "kept.html"  # docs/theme: an empty one, for what is finished
_FIRST, _LAST = 200, -200  # priorities: before and after all other plugins, ours included
_FRONT_MATTER = re.compile(rb"---[ \t]*\n(.*?\n)---[ \t]*\n", re.DOTALL)
_TITLE = re.compile(rb"^title:", re.MULTILINE)  # Else it is a heading's.
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")  # Of an object: another in every build.
# Of the configuration: where things are, and what is forgiven.
_NO_MATTER = ("config_file_path", "docs_dir", "site_dir", "strict")
_SEARCH = "material/search"


@dataclass
class Finished:
    """All that a build needs of a page that it doesn't render.

    ``key`` is what it was made from but for the programs, as a hash. ``entries`` are the search's;
    ``anchors`` and ``links``, from source files to anchors to links as they were written, are what
    MkDocs checks links with. ``needs`` are the programs, as ``embed.needed`` returns them.
    """

    key: str
    html: str = ""
    entries: list[dict[str, Any]] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)
    links: dict[str, dict[str, str]] = field(default_factory=dict)
    needs: dict[str, str] = field(default_factory=dict)


class Options(Config):  # type: ignore[no-untyped-call]
    """There is nothing to choose."""


class KeptPagesPlugin(BasePlugin[Options]):  # type: ignore[no-untyped-call]
    """Has MkDocs pass by what is finished. Comes last in mkdocs.yml."""

    def __init__(self) -> None:
        self._serving = os.environ.get(NESTED) == "serve"
        self._complaints = _Complaints()

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Keep in mind whether this is `mkdocs serve`, whose pages lack some things."""
        self._serving = self._serving or command == "serve"

    @event_priority(_LAST)
    def on_nav(self, nav: Navigation, /, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Note what all pages depend on."""
        root = embed.site().root
        kind = f"{config.theme['language']}-{'serve' if self._serving else 'build'}"
        self._store = Store(root / ".cache" / "stopwatch" / "pages" / kind)
        self._frame = _frame(config, files, kind)
        self._outdated = set(stale(Path(config.docs_dir).with_name("en"), Path(config.docs_dir)))
        self._made: dict[str, Finished] = {}
        self._kept: dict[str, Finished] = {}
        self._indexed = 0
        self._complaints.listen()
        return nav

    # Reading pages

    @event_priority(_LAST)
    def on_pre_page(self, page: Page, /, *, config: MkDocsConfig, files: Files) -> Page:
        """Leave out the Markdown of a page that is finished."""
        uri = page.file.src_uri
        key = self._key(page, config)
        finished = self._find(uri, key)
        if finished is None:
            self._made[uri] = Finished(key)
            self._complaints.forget()
            return page
        self._kept[uri] = finished

        def render(config: MkDocsConfig, files: Files) -> None:
            page.content, page.toc = "", TableOfContents([])
            page.meta["template"] = _TEMPLATE
            page.present_anchor_ids = set(finished.anchors)
            targets = {files.get_file_from_path(uri): to for uri, to in finished.links.items()}
            page.links_to_anchors = {file: to for file, to in targets.items() if file}
            embed.take_up(finished.needs)

        page.render = render  # type: ignore[method-assign]
        return page

    @event_priority(_LAST)
    def on_page_content(
        self, html: str, /, *, page: Page, config: MkDocsConfig, files: Files
    ) -> str:
        """Note what a page that was rendered has shown, and what it links to."""
        made = self._made_well(page)
        if made is not None:
            made.needs = embed.needed()
            made.anchors = sorted(page.present_anchor_ids or ())
            links = page.links_to_anchors or {}
            made.links = {file.src_uri: dict(anchors) for file, anchors in links.items()}
        return html

    # Writing pages

    @event_priority(_FIRST)
    def on_page_context(
        self, context: TemplateContext, /, *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        """Have the search know what it knew of a page."""
        self._complaints.forget()
        finished = self._kept.get(page.file.src_uri)
        entries = _entries(config)
        if finished is not None:
            entries.extend(finished.entries)
        self._indexed = len(entries)
        return context

    @event_priority(_LAST)
    def on_post_page(self, output: str, /, *, page: Page, config: MkDocsConfig) -> str:
        """Publish a finished page as it was, or keep this one."""
        uri = page.file.src_uri
        if uri in self._kept:
            return self._kept[uri].html
        made = self._made_well(page)
        if made is not None:
            made.html, made.entries = output, _entries(config)[self._indexed :]
        return output

    @event_priority(_LAST)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Keep what was made. Failing to is no harm."""
        self._complaints.close()
        with suppress(OSError):
            for uri, made in self._made.items():
                self._store.put(_name(uri), json.dumps(asdict(made), ensure_ascii=False))
            self._store.prune({_name(uri) for uri in (*self._made, *self._kept)})

    def on_build_error(self, *, error: Exception) -> None:
        """Forget the build."""
        self._complaints.close()

    def _find(self, uri: str, key: str) -> Finished | None:
        """Return what was kept of a page if all is as it was."""
        data = json.loads(self._store.get(_name(uri)) or "{}")
        if data.get("key") != key:  # Or it was written by other code, in another form.
            return None
        finished = Finished(**data)
        return finished if finished.needs == embed.state_of(finished.needs) else None

    def _key(self, page: Page, config: MkDocsConfig) -> str:
        uri = page.file.src_uri
        parts = (self._frame, uri, uri in self._outdated, _source(page.file, config))
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def _made_well(self, page: Page) -> Finished | None:
        """Return what is to be kept of a page: what is wrong with one must be said each time."""
        if self._complaints.heard or "title" not in page.meta:
            self._made.pop(page.file.src_uri, None)
        return self._made.get(page.file.src_uri)


class _Complaints(logging.Handler):
    """Hears whether MkDocs, or a plugin, complained of the page that is being made."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard = False

    def emit(self, record: logging.LogRecord) -> None:
        """Note that there was something."""
        self.heard = True

    def forget(self) -> None:
        """Begin with another page."""
        self.heard = False

    def listen(self) -> None:
        """Hear what MkDocs logs."""
        logging.getLogger("mkdocs").addHandler(self)

    def close(self) -> None:
        """Hear no more."""
        logging.getLogger("mkdocs").removeHandler(self)


def _entries(config: MkDocsConfig) -> list[dict[str, Any]]:
    """Return the search's entries, a list that grows page by page."""
    search: Any = config.plugins[_SEARCH]
    entries: list[dict[str, Any]] = search.search_index.entries
    return entries


def _source(file: File, config: MkDocsConfig) -> bytes:
    """Return what a page is written in; a notebook hasn't got all that its lab says."""
    labs: Any = config.plugins["labs"]
    beside: str = labs.made_of(file.src_uri)
    return file.content_bytes + beside.encode()


def _name(uri: str) -> str:
    """Return where a page is kept: start/kitchen.md in start-kitchen."""
    return uri.rpartition(".")[0].replace("/", "-")


def _frame(config: MkDocsConfig, files: Files, kind: str) -> str:
    """Return what every page depends on, as a hash.

    The code, the templates and their icons; the machine; the packages; the configuration; which
    files there are; the titles and descriptions of all pages; the first page, whose picture stands
    for pages without one; and what programs can be run with.
    """
    digest = hashlib.sha256()
    for part in _parts(config, files, kind):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def _parts(config: MkDocsConfig, files: Files, kind: str) -> Iterator[bytes]:
    yield kind.encode()
    yield makers().encode()
    if config.theme.custom_dir:
        theme = Path(config.theme.custom_dir)
        for path in sorted(path for path in theme.rglob("*") if path.suffix in (".html", ".svg")):
            yield str(path.relative_to(theme)).encode() + path.read_bytes()
    packages = Path(mkdocs.__file__).parents[1]
    yield " ".join(sorted(p.name for p in packages.iterdir() if p.suffix == ".dist-info")).encode()
    settings = {key: value for key, value in config.items() if key not in _NO_MATTER}
    yield json.dumps(settings, default=_describe).encode()
    yield " ".join(sorted(files.src_uris)).encode()
    tests = embed.site().root / "tests" / "pages"
    yield " ".join(sorted(path.name for path in tests.glob("*.py"))).encode()
    for file in files.documentation_pages():
        source = _source(file, config)
        front = _FRONT_MATTER.match(source)
        yield file.src_uri.encode()
        titled = front and _TITLE.search(front[1])
        yield front[1] if front and titled and file.src_uri != "index.md" else source
    yield repr(embed.offer()).encode()


def _describe(value: object) -> object:
    """Return what JSON can say of a setting that is more than texts and numbers."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, BasePlugin):
        return dict(value.config)
    if isinstance(value, set):
        return sorted(value)
    return _ADDRESS.sub("", repr(value))
