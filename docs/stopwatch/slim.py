"""The search index, as small as it can be: every page's first visit fetches it whole."""

from __future__ import annotations

import json
import re
from pathlib import Path

INDEX = "search/search_index.json"
_BLOCK = re.compile(
    r"</?(?:p|[uod]l|li|d[td]|h\d|table|t[rdh]|thead|tbody|blockquote|pre|br)\b[^>]*>"
)
_REPEATS = re.compile(
    r'(<details class="question"|<h2 id="(?:use-it-when|check-yourself)"|<h3 id="more-[^"]*")'
    r"([^>]*>)"
)
_TAG = re.compile(r"</?[a-z][^>]*>")
_SPACES = re.compile(r"\s+")
# jieba puts one between all that it takes for words, beside punctuation and spaces too.
_NEEDLESS_BREAK = re.compile(r"(?<!\w)\u200b|\u200b(?!\w)")


def slim_index(site: Path) -> None:
    """Rewrite the index of a built site."""
    file = site / INDEX
    if file.exists():
        file.write_text(slim(file.read_text("utf-8")), "utf-8")


def slim(index: str) -> str:
    """Return an index without markup and escapes: what it finds and shows stays the same."""
    data = json.loads(index)
    for entry in data["docs"]:
        for key in ("title", "text"):
            entry[key] = plain(entry[key])
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def plain(html: str) -> str:
    """Return the words of a piece of HTML, which stays HTML: ``&lt;`` is left as it is."""
    text = _TAG.sub("", _BLOCK.sub(" ", html))
    return _NEEDLESS_BREAK.sub("", _SPACES.sub(" ", text)).strip()


def without_repeats(html: str) -> str:
    """Return a page whose search leaves out what only says again what the page said.

    Those are predictions, self-tests, closing sections and lists of "more of this kind"; so many
    pages have them that whoever looks for something would find them first.
    """
    return _REPEATS.sub(r"\1 data-search-exclude\2", html)
