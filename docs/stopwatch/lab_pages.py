"""What MkDocs does with labs: each becomes a notebook, which mkdocs-jupyter makes a page of.

Beside ``plugin``, the only module that imports MkDocs. It is a plugin of its own because it has to
come before mkdocs-jupyter, which takes over the pages that this one puts there.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import sys
from collections.abc import Callable
from functools import cache
from html import escape
from importlib import import_module, metadata
from importlib.util import find_spec
from pathlib import Path
from platform import python_version
from types import ModuleType
from typing import Any
from urllib.parse import quote

from mkdocs.config import config_options as c
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs_jupyter.config import settings

from stopwatch import card, fences, notebooks
from stopwatch.kernel import Executed
from stopwatch.labs import Lab, LabError, Outputs, check_same_code, find_labs, recall
from stopwatch.notebooks import fill_page, notebook_of, page_markdown, split_outputs
from stopwatch.translation import NESTED

log = get_plugin_logger(__name__)
_TEMPLATES = Path(__file__).with_name("templates")
_LAST = -100  # a priority: after all other plugins
_ON_GITHUB = re.compile(r"https://github\.com/(?P<place>[\w.-]+/[\w.-]+/blob/[\w./-]+?)/?$")
_OPEN_IN_COLAB = {"en": "open in Colab", "zh": "用 Colab 打开"}
_DISTURBED = {
    "en": "The machine was busy with other things while this ran: its times may be too long.",
    "zh": "运行时机器还在忙别的事，这里的用时可能偏长。",
}
_JUPYTER = ("IPython ", "ipykernel ")
_SHOW_CODE = {"en": "Code of this cell", "zh": "这一格的代码"}
_ON_COLAB = "https://colab.research.google.com/github"


def _import_late(name: str) -> None:
    """Have a module imported when it is first used: a build with known labs doesn't need it."""
    spec = find_spec(name)
    if name in sys.modules or spec is None:
        return
    stub = ModuleType(name)
    stub.__spec__, stub.__file__ = spec, spec.origin

    def load(attribute: str) -> Any:
        if attribute.startswith("__") and attribute != "__path__":
            raise AttributeError(attribute)  # Somebody looks through all modules.
        if sys.modules.get(name) is stub:
            del sys.modules[name]
        return getattr(import_module(name), attribute)

    stub.__getattr__ = load  # type: ignore[method-assign]
    sys.modules[name] = stub


# mkdocs-jupyter imports them, and with them all of Jupyter: half a second.
_import_late("jupytext")
_import_late("mkdocs_jupyter.convert")
# It tells of every file.
for _name in ("mkdocs.plugins.mkdocs_jupyter", "mkdocs.mkdocs-jupyter"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class Options(Config):  # type: ignore[no-untyped-call]
    """What mkdocs.yml may say: ``notebooks_url``, where the published site lies on GitHub.

    For example https://github.com/owner/name/blob/gh-pages. From there Colab can open notebooks;
    without it there is no such link.
    """

    notebooks_url = c.Type(str, default="")


class LabsPlugin(BasePlugin[Options]):  # type: ignore[no-untyped-call]
    """Puts a notebook with its outputs in the place of each lab."""

    def __init__(self) -> None:
        self._serving = os.environ.get(NESTED) == "serve"
        self._labs: dict[str, Lab] = {}
        self._disturbed: dict[str, bool] = {}
        self._problems: dict[str, LabError] = {}

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Keep in mind whether this is `mkdocs serve`, which shows mistakes in their page."""
        self._serving = self._serving or command == "serve"

    def on_config(self, config: MkDocsConfig, /) -> MkDocsConfig:
        """Check the address of the notebooks."""
        url = self.config.notebooks_url
        if url and not _ON_GITHUB.match(url):
            raise PluginError(
                f"notebooks_url: {url} is no folder on GitHub, which is where Colab opens "
                "notebooks from; write https://github.com/<owner>/<name>/blob/<branch>"
            )
        return config

    @event_priority(_LAST)
    def on_files(self, files: Files, /, *, config: MkDocsConfig) -> Files:
        """Have mkdocs-jupyter, which has claimed the labs by now, read notebooks in their place."""
        root, language = _root(config), str(config.theme["language"])
        self._labs.clear()
        self._problems.clear()
        try:
            labs = find_labs(root, language)
        except LabError as error:
            raise PluginError(str(error)) from error
        for lab in labs:
            page = f"labs/{lab.path.name}"
            file = files.get_file_from_path(page)
            assert file is not None, f"{page} is excluded"
            executed = self._recall(lab, root, page)
            notebook = notebook_of(lab, executed.outputs, config.site_url or "")
            path = Path(f"{config.site_dir}-labs", "labs", f"{lab.name}.ipynb")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1), "utf-8")
            file.abs_src_path = str(path)
            self._labs[page], self._disturbed[page] = lab, executed.disturbed
        return files

    def made_of(self, page: str) -> str:
        """Return what a lab's page depends on beside its notebook; "" for any other page."""
        lab = self._labs.get(page)
        if lab is None:
            return ""
        return repr((lab.meta, lab.cells, self._disturbed[page], str(self._problems.get(page))))

    def _recall(self, lab: Lab, root: Path, page: str) -> Executed:
        try:
            check_same_code(lab, root)
            return recall(lab, root)
        except LabError as error:
            if not self._serving:
                raise PluginError(str(error)) from error
            self._problems[page] = error
            log.error("%s", str(error).partition("\n")[0])  # noqa: TRY400 (its author's mistake)
            return Executed([])

    # A page

    @event_priority(_LAST)
    def on_pre_page(self, page: Page, /, *, config: MkDocsConfig, files: Files) -> Page:
        """Have mkdocs-jupyter render the outputs, and the site's own Markdown all the rest."""
        lab = self._labs.get(page.file.src_uri)
        if lab is not None:
            root = _root(config)
            outputs = page.render  # mkdocs-jupyter has put its own in there.

            def render(config: MkDocsConfig, files: Files) -> None:
                parts = self._render_outputs(lab, page, root, lambda: outputs(config, files))
                Page.render(page, config, files)
                head = self._head(lab, page, str(config.theme["language"]))
                page.content = fill_page(page.content or "", head, parts)

            page.render = render  # type: ignore[method-assign]
        return page

    def on_page_markdown(
        self, markdown: str, /, *, page: Page, config: MkDocsConfig, files: Files
    ) -> str | None:
        """Return the Markdown of a lab; what was read is the notebook."""
        lab = self._labs.get(page.file.src_uri)
        if lab is None:
            return None
        page.meta = {**lab.meta, "lab": lab.name}
        return page_markdown(lab, _SHOW_CODE[str(config.theme["language"])])

    def _render_outputs(
        self, lab: Lab, page: Page, root: Path, render: Callable[[], None]
    ) -> list[str]:
        """Return each code cell's outputs as HTML; the same in all languages, so kept for all."""
        if page.file.src_uri in self._problems:
            return []
        store, key = Outputs(root), f"{lab.key}-html-{_how_rendered()}"
        parts: list[str] | None = store.get(key)
        if parts is None:
            settings.templates_dir = str(_TEMPLATES)  # instead of 600 kB of styles in each page
            render()
            parts = split_outputs(page.content or "")
            store.put(key, parts)
        return parts

    def _head(self, lab: Lab, page: Page, language: str) -> str:
        """Return what stands below a lab's title: how to take it away, and what it ran on."""
        problem = self._problems.get(page.file.src_uri)
        if problem is not None:
            return fences.error_card(problem)
        name = f"{lab.name}.ipynb"
        actions = [card.file_action("download", name, language)]
        if place := _ON_GITHUB.match(self.config.notebooks_url):
            address = f"{_ON_COLAB}/{place['place']}/{_folder(language)}{page.url}{name}"
            actions.append(
                f'<a class="sw-action" href="{escape(quote(address, safe=":/"))}">'
                f"{_OPEN_IN_COLAB[language]}</a>"
            )
        versions = " · ".join(v for v in lab.versions() if not v.startswith(_JUPYTER))
        command = f"<code>python -m stopwatch.labs {lab.name}</code>"
        parts = [
            card.head([name], actions),
            f'<p class="sw-foot">Python {python_version()} · {versions} · {command}</p>',
        ]
        if self._disturbed[page.file.src_uri]:
            parts.append(f'<p class="sw-missing">{_DISTURBED[language]}</p>')
        # The theme's search takes an exclusion to end with the first element inside that has the
        # same tag, and a card has many of its own.
        head = card.card(parts, names=[name], kind="lab-head")
        return f"<section data-search-exclude>{head}</section>"


def _root(config: MkDocsConfig) -> Path:
    """Return the project's folder: pages lie in docs/<language>."""
    return Path(config.docs_dir).parents[1]


def _folder(language: str) -> str:
    """Return where a language stands below the site's root: English at the root itself."""
    return "" if language == "en" else f"{language}/"


@cache
def _how_rendered() -> str:
    """Return what the outputs' HTML depends on beside the outputs, as a hash."""
    template = (_TEMPLATES / "mkdocs_html" / "notebook.html.j2").read_bytes()
    source = Path(notebooks.__file__).read_bytes()
    versions = metadata.version("mkdocs-jupyter"), metadata.version("nbconvert")
    return hashlib.sha256(template + source + repr(versions).encode()).hexdigest()[:16]
