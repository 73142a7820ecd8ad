"""Fences of pages: run what ``exec="on"`` marks, and never let a failure pass for a page.

markdown-exec reads the fence's options and renders its output. Running it is done here, because
there a failing fence is a warning and its traceback becomes part of the page.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from functools import partial
from html import escape
from io import StringIO
from typing import Any

from markdown_exec import base_format

# MkDocs imports this module while it reads mkdocs.yml, and the theme after it: that one
# would print a banner about its end of life in 2027 above every build.
os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")

_EXCLUDED = "data-search-exclude"
Mistake = Callable[[BaseException], str]


def error_card(error: BaseException) -> str:
    """Return a card that shows a mistake where its program would have stood."""
    return f'<div class="sw-card sw-error" role="alert"><pre>{escape(describe(error))}</pre></div>'


def describe(error: BaseException) -> str:
    """Say what went wrong: the message alone if the author is told, else where it came from."""
    if type(error).__module__.startswith("stopwatch."):
        return str(error)
    lines = traceback.format_exception_only(error)
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == "<fence>"]
    where = f" (line {frames[-1].lineno} of the fence)" if frames else ""
    return f"{lines[-1].strip()}{where}"


_mistake: Mistake = error_card


def report_to(mistake: Mistake) -> None:
    """Have ``mistake(error)`` told of every failing fence; it returns what stands there instead."""
    global _mistake  # noqa: PLW0603 (Markdown calls a plain function: there is nowhere to keep it)
    _mistake = mistake


def run_fence(
    source: str, language: str, css_class: str, options: dict[str, Any], md: Any, **_: Any
) -> str:
    """Run a fence and return the HTML it printed: the formatter of superfences."""
    html = str(base_format(language=language, run=_run, code=source, md=md, **options))
    # The theme's search takes an exclusion to end with the first element inside that has the same
    # tag. No card holds a section, so this one excludes all of it.
    return f"<section data-search-exclude>{html}</section>" if _EXCLUDED in html else html


def _run(code: str, **_: Any) -> str:
    output = StringIO()
    names = {"__name__": "__fence__", "print": partial(print, file=output)}
    try:
        exec(compile(code, "<fence>", "exec"), names)  # noqa: S102 (our own pages)
    except (Exception, SystemExit) as error:  # noqa: BLE001 (whatever it is, the author is told)
        return _mistake(error)
    return output.getvalue()
