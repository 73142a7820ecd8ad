"""What becomes of a lab that ran: a notebook to take away, and the parts of its page.

The notebook is for any Jupyter, so its text is plain Markdown; the page has what all pages have.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from html import escape, unescape
from itertools import count
from urllib.parse import urljoin

from stopwatch.kernel import Json, as_notebook, code_cell
from stopwatch.labs import Lab

_HEADING_ID = re.compile(r"(?m)^(#+ .*?) *\{ #[\w-]+ \}$")
_BOX = re.compile(r'(?m)^(\?\?\?\+?|!!!) \w+ "([^"\n]*)"\n((?:(?: {4}.*)?\n?)*)')
_LINK = re.compile(r"\]\(((?:\.\./)*[\w/-]+)\.(?:md|py)(#[\w-]+)?\)")
_SLOT = '<div data-lab="{}"></div>'
_FENCE = "~~~~~~~~"


# The notebook


def notebook_of(lab: Lab, outputs: Sequence[Sequence[Json]], site_url: str) -> Json:
    """Return a lab as a notebook, with its outputs. Links lead to the site at ``site_url``."""
    results = iter(outputs)
    cells = []
    for cell in lab.cells:
        if cell.kind == "code":
            about = {"tags": ["hide-input"], "jupyter": {"source_hidden": True}}
            metadata = about if cell.hidden else {}
            cells.append(code_cell(cell.source, next(results, ()), metadata=metadata))
        else:
            source = portable(cell.source, site_url)
            cells.append({"cell_type": "markdown", "metadata": {}, "source": source})
    return as_notebook(cells, title=lab.meta["title"])


def portable(text: str, site_url: str) -> str:
    """Return a page's Markdown as any notebook understands it."""

    def link(match: re.Match[str]) -> str:
        page = posixpath.normpath(posixpath.join("labs", match[1]))
        address = re.sub(r"(^|/)index/$", r"\1", f"{page}/")
        return f"]({urljoin(site_url, address)}{match[2] or ''})"

    text = _HEADING_ID.sub(r"\1", text)
    return _LINK.sub(link, _BOX.sub(_plain_box, f"{text}\n")).strip("\n")


def _plain_box(box: re.Match[str]) -> str:
    body = re.sub(r"(?m)^ {4}", "", box[3]).strip("\n")
    if box[1] == "!!!":
        lines = [f"**{box[2]}**", "", *body.split("\n")]
        return "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"
    return f"<details>\n<summary>{box[2]}</summary>\n\n{body}\n\n</details>\n\n"


# The page


def page_markdown(lab: Lab, show_code: str) -> str:
    """Return a lab as the Markdown of a page, with slots for what isn't Markdown.

    ``show_code`` is what opens code that is hidden at first.
    """
    numbers = count()
    parts = []
    for cell in lab.cells:
        if cell.kind == "markdown":
            parts.append(cell.source)
            continue
        code = f"{_FENCE}python\n{cell.source}\n{_FENCE}"
        if cell.hidden:
            summary = f"<summary>{show_code}</summary>"
            code = f'<details markdown="block">{summary}\n\n{code}\n\n</details>'
        # Search finds the text: an index of programs would be too heavy to fetch.
        parts.append(
            '<section class="lab-cell" data-search-exclude markdown="block">\n\n'
            f"{code}\n\n{_SLOT.format(next(numbers))}\n\n</section>"
        )
    title, newline, rest = parts[0].partition("\n")
    parts[0] = f"{title}\n\n{_SLOT.format('head')}{newline}{rest}"
    return "\n\n".join(parts)


def fill_page(html: str, head: str, outputs: Sequence[str]) -> str:
    """Return a page with its slots filled."""
    html = html.replace(_SLOT.format("head"), head)
    for number, output in enumerate(outputs):
        filled = f'<div class="lab-output">{output}</div>' if output else ""
        html = html.replace(_SLOT.format(number), filled)
    return html


def split_outputs(html: str) -> list[str]:
    """Return each code cell's outputs, from what mkdocs-jupyter made with our template."""
    body = html.partition("<!--end-->")[0]  # It adds the styles of all of Jupyter.
    numbers = count(1)
    return [
        _SVG.sub(lambda svg: themed(svg[0], f"plot-{next(numbers)}"), cell.strip())
        for cell in body.split("<!--cell-->")[1:]
    ]


# Plots

_SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_NOT_SHOWN = re.compile(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"<(\w+)([^>]*)>")
# The colours that labs draw with, and what timelines call them: one for shapes, one for words.
_COLOURS = {
    "#0072b2": ("c0", "n0"),
    "#d55e00": ("c1", "n1"),
    "#009e73": ("c2", "n2"),
    "#c4609a": ("c3", "n3"),
    "#b98100": ("c4", "n4"),
    "#757d8a": ("edge", "quiet"),
}
_COLOUR = re.compile("|".join(_COLOURS))


def themed(svg: str, name: str) -> str:
    """Return a plot in the page's own colours, with its words, and ids that no other plot has."""
    words = re.search(r"<dc:title>(.*?)</dc:title>", svg, re.DOTALL)
    label = escape(unescape(words[1].strip() if words else ""))
    svg = _NOT_SHOWN.sub("", svg)
    used = set(re.findall(r"url\(#([^)]+)\)|href=\"#([^\"]+)\"", svg))
    ids = {identity for pair in used for identity in pair if identity}
    svg = re.sub(r' id="([^"]*)"', lambda m: f' id="{name}-{m[1]}"' if m[1] in ids else "", svg)
    svg = re.sub(r'url\(#|href="#', lambda m: f"{m[0]}{name}-", svg)
    box = re.search(r'viewBox="([^"]*)"', svg, re.IGNORECASE)
    head = (
        f'<svg class="lab-plot" role="img" aria-label="{label}" viewBox="{box[1] if box else ""}" '
        'stroke-linejoin="round" xmlns="http://www.w3.org/2000/svg" '
        'xmlns:xlink="http://www.w3.org/1999/xlink">'
    )
    return _TAG.sub(_recoloured, re.sub(r"^<svg[^>]*>", head, svg))


def _recoloured(tag: re.Match[str]) -> str:
    is_text = tag[1] in {"text", "tspan"}
    names = _COLOUR.sub(lambda colour: f"var(--tl-{_COLOURS[colour[0]][is_text]})", tag[2])
    return f"<{tag[1]}{names}>"
