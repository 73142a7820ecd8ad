"""What stands around a page's text: the theme's markup mended, and all style sheets as one file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatch

from stopwatch.words import word

SHEET = "css/site.css"  # docs/theme/main.html asks for it
_THEME_SHEETS = ("assets/stylesheets/main.*.css", "assets/stylesheets/palette.*.css")
# Checkboxes know no autocomplete. The one for the navigation, by which a keyboard opens it, goes
# where its label is: inside of a landmark.
_TOGGLE = re.compile(r'(<input class="md-toggle" data-md-toggle="search"[^>]*) autocomplete="off"')
_DRAWER = re.compile(r'(<input class="md-toggle" data-md-toggle="drawer"[^>]*) autocomplete="off">')
_DRAWER_LABEL = re.compile(r'(?=<label class="md-header__button md-icon" for="__drawer">)')
_NO_TABINDEX = re.compile(r'(<label\b[^>]*) tabindex=""')
_DIALOG = re.compile(r'(<div class="md-search"[^>]* role="dialog")')
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def mend(html: str, language: str) -> str:
    """Return a page with the mistakes mended that the theme makes in every page's frame."""
    html = _NO_TABINDEX.sub(r"\1", _TOGGLE.sub(r"\1", html))
    if drawer := _DRAWER.search(html):
        named = f'{drawer[1]} aria-label="{word("drawer", language)}">'
        html = _DRAWER_LABEL.sub(lambda _: named, _DRAWER.sub("", html), count=1)
    return _DIALOG.sub(rf'\1 aria-label="{word("search", language)}"', html)


def sheets(published: Iterable[str], own: Sequence[str]) -> list[str]:
    """Return the names of the style sheets that every page needs, in their order."""
    names = list(published)
    theme = [name for pattern in _THEME_SHEETS for name in names if fnmatch(name, pattern)]
    return [*theme, *own]


def merge(texts: Iterable[str]) -> str:
    """Return style sheets as one, without comments and indents: what a page waits for is short."""
    lines = (line.strip() for text in texts for line in _COMMENT.sub("", text).splitlines())
    return "\n".join(filter(None, lines))
