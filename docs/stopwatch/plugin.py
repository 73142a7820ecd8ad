"""What MkDocs does with the machinery: record, build both languages, publish.

A site comes to be in a workshop beside the published one, which it replaces at the very end. So it
does after every rebuild of `mkdocs serve`, where a failed one leaves the old pages up.
"""

from __future__ import annotations

import logging
import os
import posixpath
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urljoin

import jieba
from jinja2 import Environment
from mkdocs.config import config_options as c
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from stopwatch import embed, fences, pyodide
from stopwatch.assembly import Assembly, Other
from stopwatch.beside import INDEX, MARKDOWN, Leaf, picture_of, write_beside
from stopwatch.cache import CacheError
from stopwatch.find import About, describe_page
from stopwatch.foot import Sources, render_foot
from stopwatch.frame import SHEET, mend, merge, sheets
from stopwatch.labs import LabError, run_labs
from stopwatch.llms import from_notebook
from stopwatch.offline import WORKER, Published, write_archive, write_worker
from stopwatch.policy import PolicyError, with_policy
from stopwatch.progress import progress
from stopwatch.prose import MeasureLinks
from stopwatch.publish import Workshop
from stopwatch.runner import Result, RunsFailed, record_all
from stopwatch.serving import Watch, complain_about_port
from stopwatch.slim import slim_index, without_repeats
from stopwatch.snippets import SnippetError
from stopwatch.standin import StandinError
from stopwatch.translated import TranslationError, record_of, stale
from stopwatch.translation import NESTED
from stopwatch.words import word

log = get_plugin_logger(__name__)
_LAST = -100  # a priority: after all other plugins
_PAGES, _TRANSLATION, _SHARED = "pages", "translation", "shared"


class Options(Config):  # type: ignore[no-untyped-call]
    """What mkdocs.yml may say: ``translation``, the configuration file of the other language.

    Its name says where it is published: docs/zh.yml under zh/. With ``all_runs`` a program that no
    Python of this machine can run fails the build: what is hosted shows every run. ``run_here``
    publishes a Python that runs programs in the page, fetched from the npm registry once.
    """

    translation = c.Optional(c.Type(str))
    all_runs = c.Type(bool, default=False)
    run_here = c.Type(bool, default=True)
    # Where readers can look the sources up, and in which state: https://…/owner/name, a commit.
    repo_url = c.Type(str, default="")
    revision = c.Type(str, default="HEAD")


class StopwatchPlugin(BasePlugin[Options]):  # type: ignore[no-untyped-call]
    """Records the snippets, builds the other language alongside, and publishes all or nothing."""

    def __init__(self) -> None:
        self._nested = NESTED in os.environ
        self._serving = os.environ.get(NESTED) == "serve"
        self._assembly: Assembly | None = None
        self._watch: Watch | None = None
        self._page = ""
        self._outdated: set[str] = set()
        self._older: list[str] = []  # of the translation, whichever language this is
        self._nav: list[Page] = []
        self._leaves: dict[str, Leaf] = {}
        self._mistakes = 0
        self._complete = False
        # What the coming build has to renew: everything, then what an edit during serve touched.
        self._stale = {_PAGES, _TRANSLATION, _SHARED}

    # One command

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Keep in mind which command this is, or which one it is a part of."""
        self._serving = self._serving or command == "serve"

    def on_shutdown(self) -> None:
        """Publish what was built if it is complete, and leave nothing else behind."""
        if self._assembly is None:
            return
        try:
            if self._complete and not self._serving:
                self._publish(self._assembly.workshop)
        finally:
            self._assembly.close()

    # One build

    @event_priority(_LAST)
    def on_config(self, config: MkDocsConfig, /) -> MkDocsConfig:
        """Send the build to the workshop, and tell the rest of the machinery where it is."""
        root = _root(config)
        if self._nested or not self._serving:
            config.site_url = urljoin(config.site_url or "", _folder(config.config_file_path))
        for language in config.extra.get("alternate", ()):
            language["base"] = urljoin(config.site_url or "", language["link"])
        _quieten_jieba(root)
        embed.configure(root, _language(config))
        fences.report_to(self._fence_mistake)
        fences.forget_cards()
        links = MeasureLinks(embed.measure, self._link_mistake)
        config.markdown_extensions.append(links)  # type: ignore[arg-type]  # instances are fine
        if not self._nested:
            self._enter_workshop(config)
        return config

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Run the snippets that need it, then start on the other language."""
        self._mistakes = 0
        try:
            docs = Path(config.docs_dir)
            self._outdated = set(stale(docs.with_name("en"), docs))
            self._list_outdated(config)
        except TranslationError as error:
            raise Abort(str(error)) from error
        if self._assembly is None:  # The other language: both share what this one publishes.
            if self.config.run_here:
                embed.offer_python(pyodide.load(_root(config)), "../")
            return
        if _SHARED in self._stale:
            self._record(_root(config))
            self._fetch_python(_root(config))
        if self.config.run_here and embed.can_run_here():
            embed.offer_python(pyodide.load(_root(config)))
        self._run_labs(_root(config))
        if _TRANSLATION in self._stale:
            self._assembly.begin_other()

    def on_files(self, files: Files, /, *, config: MkDocsConfig) -> Files:
        """Publish every snippet as it is, and the trace of its run, for readers to take away."""
        self._merge_sheets(files, config)
        root = _root(config)
        for path in sorted((root / "snippets").rglob("*.py")):
            name = path.relative_to(root).as_posix()
            files.append(File.generated(config, name, abs_src_path=str(path)))
        for name, trace in embed.traces():
            files.append(File.generated(config, f"traces/{name}", content=trace))
        python = embed.site().python
        if python is not None and not self._nested:
            for name, path in python.files.items():
                files.append(File.generated(config, name, abs_src_path=str(path)))
            for name, text in python.texts.items():
                files.append(File.generated(config, name, content=text))
        return files

    def on_page_markdown(
        self, markdown: str, /, *, page: Page, config: MkDocsConfig, files: Files
    ) -> str:
        """Keep in mind whose fences and numbers come next."""
        self._page = page.file.src_uri
        embed.enter_page(page.url)
        return markdown

    def on_env(self, env: Environment, /, *, config: MkDocsConfig, files: Files) -> Environment:
        """Put the pages that were read into the order of the navigation."""
        order = [page.file.src_uri for page in self._nav]
        leaves = [leaf for uri, leaf in self._leaves.items() if uri not in order]
        known = [self._leaves[uri] for uri in order if uri in self._leaves]
        self._leaves = {leaf.source: leaf for leaf in [*known, *leaves]}
        return env

    def on_nav(self, nav: Navigation, /, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Keep the pages' order in mind."""
        self._nav, self._leaves = nav.pages, {}
        return nav

    def on_page_content(
        self, html: str, /, *, page: Page, config: MkDocsConfig, files: Files
    ) -> str:
        """Keep in mind what the page is and which programs it shows."""
        self._leaves[page.file.src_uri] = _leaf(page)
        return without_repeats(html)

    def on_page_context(
        self, context: TemplateContext, /, *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        """Hand the templates what they show around the page's own text."""
        leaf = self._leaves[page.file.src_uri]
        context["sw_foot"] = render_foot(  # type: ignore[typeddict-unknown-key]
            _source(page, config),
            leaf.used,
            root=_root(config),
            sources=Sources(self.config.repo_url, self.config.revision),
            up="../" * page.url.count("/"),
            markdown=MARKDOWN if leaf.markdown else "",
            archive=f"{_archive(config)}.zip" if page.is_homepage and not self._serving else "",
            worker="" if self._serving else f"{'../' * page.url.count('/')}{WORKER}",
            language=_language(config),
        )
        about = _about(leaf, self._leaves.get("index.md"), config)
        context["sw_head"] = describe_page(about)  # type: ignore[typeddict-unknown-key]
        if leaf.markdown:
            context["sw_markdown"] = MARKDOWN  # type: ignore[typeddict-unknown-key]
        if page.file.src_uri in self._outdated:
            text = word("stale", _language(config))
            context["sw_stale"] = text  # type: ignore[typeddict-unknown-key]
        return context

    @event_priority(_LAST)
    def on_post_page(self, output: str, /, *, page: Page, config: MkDocsConfig) -> str:
        """Put the cards into a page and give it its Content-Security-Policy."""
        if not output:  # It is finished: see kept_pages.
            return output
        self._page = page.file.src_uri
        mended = mend(output, _language(config))
        return self._with_policy(fences.with_cards(mended))

    @event_priority(_LAST)
    def on_post_template(
        self, output_content: str, /, *, template_name: str, config: MkDocsConfig
    ) -> str:
        """Give the page for missing pages its policy too."""
        self._page = template_name
        is_page = template_name.endswith(".html")
        if not is_page:
            return output_content
        return self._with_policy(mend(output_content, _language(config)))

    @event_priority(_LAST)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Add the other language; what has mistakes is published by `mkdocs serve` alone."""
        slim_index(Path(config.site_dir))
        self._write_beside(config)
        self._write_offline(config)
        if self._assembly is not None:
            self._settle(_TRANSLATION, good=self._assembly.add_other(keep=self._serving))
        if self._mistakes and not self._serving:
            raise Abort(f"Aborted: {self._mistakes} mistake(s), see above")
        self._settle(_PAGES, good=True)
        embed.save_drawn()
        self._complete = True
        if self._assembly is not None and self._serving:
            self._publish(self._assembly.workshop)

    def on_build_error(self, *, error: Exception) -> None:
        """Forget the build: strict mode, for one, fails it after everything else."""
        self._complete = False
        if self._assembly is not None:
            self._assembly.stop_other()

    # Serving

    def on_serve(
        self, server: LiveReloadServer, /, *, config: MkDocsConfig, builder: Callable[..., Any]
    ) -> LiveReloadServer:
        """Watch all sources, and have a change rebuild only what it touches."""
        assert self._watch is not None
        assert self._assembly is not None
        if not self._serving:  # `mkdocs serve --clean` calls its first build a build.
            self._serving = True
            self._publish(self._assembly.workshop)
        for path in self._watch.paths():
            if path.exists():
                server.watch(str(path))
        server.builder = lambda: self._rebuild(builder)
        if self._assembly.other is not None:
            log.info("The other language: %s%s/", server.url, self._assembly.other.name)
        self._assembly.warm_up()
        return server

    def _rebuild(self, builder: Callable[..., Any]) -> None:
        assert self._watch is not None
        assert self._assembly is not None
        changed = self._watch.changed()
        self._stale |= changed | {_PAGES, _TRANSLATION} if _SHARED in changed else changed
        try:
            older, self._older = self._older, self._find_older(self._site)
            if older != self._older:  # A translation tells its readers.
                self._stale.add(_TRANSLATION)
            if _PAGES in self._stale:
                builder()
            elif _TRANSLATION in self._stale:
                self._settle(_TRANSLATION, good=self._assembly.replace_other())
        except Exception as error:
            # Whatever an edit breaks, the server goes on.
            log.error("%s", error, exc_info=log.isEnabledFor(logging.DEBUG))  # noqa: TRY400
            log.info("The pages stay as they were")
        # The next edit finds it ready.
        self._assembly.warm_up()

    # The parts of a build

    def _merge_sheets(self, files: Files, config: MkDocsConfig) -> None:
        """Publish the theme's style sheets and ours as one file: a page waits for one only."""
        names = sheets(files.src_uris, config.extra_css)
        merged = [file for name in names if (file := files.get_file_from_path(name))]
        text = merge(file.content_string for file in merged)
        for file in merged:
            files.remove(file)
        files.append(File.generated(config, SHEET, content=text))
        config.extra_css = []

    def _enter_workshop(self, config: MkDocsConfig) -> None:
        if self._assembly is None:
            if self._serving and (complaint := complain_about_port(*config.dev_addr)):
                raise Abort(complaint)
            workshop = Workshop(*_places(config))
            other = _other(config, self.config.translation, "serve" if self._serving else "build")
            workshop.open(log.info)
            self._assembly = Assembly(workshop, other, log.log)
            self._watch = Watch(_groups(config, other))
            self._assembly.warm_up()
        self._assembly.workshop.prepare()
        self._site, config.site_dir = config, str(self._assembly.workshop.new)

    def _record(self, root: Path) -> None:
        self._stale.discard(_SHARED)
        try:
            with progress(log.info) as tell:
                results = record_all(root, tell)
            embed.know(results)
            self._count_missing(results)
        except (CacheError, RunsFailed, SnippetError, StandinError) as error:
            log.error("%s", error)  # noqa: TRY400 (the traceback is ours, the mistake is not)
            if not self._serving:
                raise Abort("Aborted: without its runs there is no site") from error

    def _list_outdated(self, config: MkDocsConfig) -> None:
        """Say which pages of the translation are older than what they translate."""
        if self._nested:  # The build that this one is a part of has said it.
            return
        self._older = self._find_older(config)
        if self._older:
            names = " ".join(page.rpartition(".")[0] for page in self._older)
            log.info(
                "Older than their English pages in %s: %s; once compared, type: "
                "python -m stopwatch translated %s",
                self._translation(config).name,
                ", ".join(self._older),
                names if len(self._older) < 4 else "PAGE",
            )

    def _find_older(self, config: MkDocsConfig) -> list[str]:
        folder = self._translation(config)
        return stale(folder.with_name("en"), folder)

    def _translation(self, config: MkDocsConfig) -> Path:
        if self._assembly is not None and self._assembly.other is not None:
            return self._assembly.other.config.with_suffix("")
        return Path(config.docs_dir)

    def _fetch_python(self, root: Path) -> None:
        """Have what runs programs in the page, if there are any and it can be had."""
        if not self.config.run_here or not embed.can_run_here():
            return
        try:
            pyodide.fetch(root)
        except pyodide.PyodideError as error:
            log.info("Programs can't be run in the page: no Pyodide %s, %s", pyodide.VERSION, error)

    def _run_labs(self, root: Path) -> None:
        """Run the labs that need it: alone, when the programs are done."""
        try:
            with progress(log.info) as tell:
                run_labs(root, tell)
        except LabError as error:
            log.error("%s", error)  # noqa: TRY400 (the traceback is ours, the mistake is not)
            if not self._serving:
                raise Abort("Aborted: without its labs there is no site") from error

    def _count_missing(self, results: list[Result]) -> None:
        """Say which runs this build hasn't got, because no Python here can run the programs."""
        missing = [result for result in results if result.missing]
        if not missing:
            return
        names = ", ".join(f"{r.snippet.name} ({r.missing})" for r in missing)
        log.info("%d run(s) missing: %s", len(missing), names)
        # A free-threaded interpreter is rare enough to be missed without harm.
        if self.config.all_runs and any(not r.snippet.settings.interpreter for r in missing):
            raise Abort("Aborted: all_runs is set, and runs are missing")

    def _write_beside(self, config: MkDocsConfig) -> None:
        elsewhere = {other["name"]: f"{other['base']}{INDEX}" for other in _other_languages(config)}
        mistakes = write_beside(
            Path(config.site_dir),
            list(self._leaves.values()),
            root=_root(config),
            language=_language(config),
            title=config.site_name,
            description=config.site_description or "",
            elsewhere=elsewhere,
            pictures=not self._serving,
        )
        for mistake in () if self._mistakes else mistakes:
            self._page, _, text = mistake.partition(": ")
            self._report(text)

    def _write_offline(self, config: MkDocsConfig) -> None:
        """Write the archive and the worker; while serving, nothing may outlive an edit."""
        if self._serving:
            (Path(config.site_dir) / WORKER).unlink(missing_ok=True)
            return
        links = [language["link"] for language in _other_languages(config)]
        inside = tuple(link.strip("/") for link in links if not link.startswith("."))
        site = Published(Path(config.site_dir), config.site_url or "", inside)
        write_archive(site, _archive(config), _root(config) / ".cache" / "stopwatch" / "archives")
        write_worker(site)

    def _settle(self, part: str, *, good: bool) -> None:
        if good:
            self._stale.discard(part)
        else:
            log.error("The %s could not be built", part)
            self._mistakes += 1

    def _with_policy(self, html: str) -> str:
        """Return the page with its policy, except where `mkdocs serve` adds a script of its own."""
        if self._serving:
            return html
        try:
            return with_policy(html, runs_python='data-sw="edit"' in html)
        except PolicyError as error:
            self._report(str(error))
            return html

    def _publish(self, workshop: Workshop) -> None:
        try:
            workshop.publish()
        except OSError as error:
            message = f"Aborted: the new site can't take the old one's place: {error}"
            raise Abort(message) from error
        self._site.site_dir = str(workshop.destination)
        if not self._serving:
            log.info("Published %s", workshop.destination)

    # Mistakes in pages

    def _fence_mistake(self, error: BaseException) -> str:
        self._report(f"a fence failed: {fences.describe(error)}")
        return fences.error_card(error)

    def _link_mistake(self, error: BaseException) -> str:
        self._report(str(error))
        return f'<mark class="sw-error" title="{escape(str(error))}">?</mark>'

    def _report(self, message: str) -> None:
        """Tell the author; of a failed run the rest was told before."""
        self._mistakes += 1
        log.error("%s: %s", self._page, message.partition("\n")[0])


def _quieten_jieba(root: Path) -> None:
    """Have jieba, which splits Chinese for the search, keep its model here and not talk of it."""
    jieba.setLogLevel(logging.WARNING)
    (root / ".cache").mkdir(exist_ok=True)
    jieba.dt.tmp_dir = str(root / ".cache")


def _root(config: MkDocsConfig) -> Path:
    """Return the project's folder: the one above the configuration file that holds snippets/."""
    file = Path(config.config_file_path).resolve()
    return next((f for f in file.parents if (f / "snippets").is_dir()), file.parent)


def _language(config: MkDocsConfig) -> str:
    return str(config.theme["language"])


def _leaf(page: Page) -> Leaf:
    """Return what is to be known of a page that has been rendered."""
    return Leaf(
        source=page.file.src_uri,
        folder=posixpath.dirname(page.file.dest_uri),
        address=page.canonical_url or "",
        section=str([*page.ancestors][-1].title) if page.ancestors else "",
        title=str(page.meta.get("title") or page.title or ""),
        description=str(page.meta.get("description", "")),
        markdown=_markdown(page),
        used=tuple(embed.used()),
    )


def _markdown(page: Page) -> str:
    """Return a page's source; of a notebook with what it wrote."""
    source = Path(page.file.abs_src_path or "")
    if source.suffix == ".ipynb":
        return from_notebook(source.read_text("utf-8"))
    return page.markdown or ""


def _about(leaf: Leaf, home: Leaf | None, config: MkDocsConfig) -> About:
    page = leaf.address.removeprefix(config.site_url or "")
    return About(
        title=leaf.title,
        description=leaf.description or config.site_description or "",
        address=leaf.address,
        language=_language(config),
        site_name=config.site_name,
        home=config.site_url or "",
        section=leaf.section,
        picture=picture_of(leaf, home),
        elsewhere={other["lang"]: f"{other['base']}{page}" for other in _other_languages(config)},
    )


def _other_languages(config: MkDocsConfig) -> list[dict[str, str]]:
    languages = config.extra.get("alternate", ())
    return [language for language in languages if language["link"] != "./"]


def _archive(config: MkDocsConfig) -> str:
    return f"async-measured-{_language(config)}"


def _source(page: Page, config: MkDocsConfig) -> str:
    """Return a page's source as a path in the repository."""
    path = Path(config.docs_dir, page.file.src_uri)
    return path.relative_to(_root(config)).as_posix()


def _folder(config_file: str) -> str:
    """Return where a language is published below the site's root: docs/zh.yml in "zh/"."""
    stem = Path(config_file).stem
    return "" if stem == "mkdocs" else f"{stem}/"


def _places(config: MkDocsConfig) -> tuple[Path, Path | None]:
    """Return where the site goes, and its workshop: all that stays in the project shares one."""
    root, destination = _root(config), Path(config.site_dir).resolve()
    return destination, root / ".site-build" if destination.is_relative_to(root) else None


def _other(config: MkDocsConfig, file: str | None, command: str) -> Other | None:
    if file is None:
        return None
    return Other(
        config=Path(config.config_file_path).parent / file,
        site_url=config.site_url or "",
        command=command,
        strict=config.strict,
        cache=_root(config) / ".cache",
    )


def _groups(config: MkDocsConfig, other: Other | None) -> dict[str, list[Path]]:
    """Return the sources by what depends on them."""
    docs = Path(config.docs_dir)
    shared = [_root(config) / "snippets", docs.with_name("tables"), Path(config.config_file_path)]
    if config.theme.custom_dir:
        shared.append(Path(config.theme.custom_dir))
    groups = {_PAGES: [docs], _SHARED: shared}
    if other is not None:
        folder = other.config.with_suffix("")
        groups[_TRANSLATION] = [folder, record_of(folder)]
        shared.append(other.config)
    return groups
