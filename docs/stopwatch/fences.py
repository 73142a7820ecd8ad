"""Fences of pages: run what ``exec="on"`` marks, and never let a failure pass for a page.

markdown-exec reads the fence's options and renders its output. Running it is done here, because
there a failing fence is a warning and its traceback becomes part of the page.
"""

from __future__ import annotations

import os
import re
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
_PLACE = re.compile(r"<!-- card (\d+) -->")
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
    if _EXCLUDED not in html:
        return html
    _cards.append(html)
    return f"<!-- card {len(_cards) - 1} -->"


_cards: list[str] = []


def with_cards(html: str) -> str:
    """Return a finished page with its cards where their fences stood.

    Most of a page's markup is in its cards. Nothing that reads a page on its way has any business
    in them: not Markdown's extensions, nor the search, nor the templates.
    """
    return _PLACE.sub(lambda place: _cards[int(place[1])], html)


def forget_cards() -> None:
    """Forget the cards of an earlier build."""
    _cards.clear()


def _run(code: str, **_: Any) -> str:
    output = StringIO()
    names = {"__name__": "__fence__", "print": partial(print, file=output)}
    try:
        exec(compile(code, "<fence>", "exec"), names)  # noqa: S102 (our own pages)
    except (Exception, SystemExit) as error:  # noqa: BLE001 (whatever it is, the author is told)
        return _mistake(error)
    return output.getvalue()
