"""One run as a page that needs nothing else: it opens from disk and can be sent to a colleague."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from pathlib import Path

from stopwatch import card
from stopwatch.model import Line, Run
from stopwatch.packed import embed_run
from stopwatch.policy import with_policy
from stopwatch.timeline.words import duration
from stopwatch.words import word

_THEME = Path(__file__).parents[1] / "theme"
_STYLES = ("stopwatch.css", "timeline.css", "replay.css")
_MOST_TEXT = 300_000  # characters of output shown
_MOST_RUN = 600_000  # bytes of the packed run

# What the site has from its theme.
_BASE = """
body { margin: 0; background: var(--sw-paper); color: var(--sw-ink);
  font: 0.8rem/1.6 var(--md-text-font-family); }
main { max-width: 52rem; margin: 0 auto; padding: 0.4rem 0.8rem 2rem; }
button { background: none; border: 0; color: inherit; font: inherit; }
pre, code { font-family: var(--md-code-font-family); font-feature-settings: "liga" 0; }
pre > code { display: block; overflow: auto; white-space: pre; }
a { color: var(--sw-accent); text-decoration: none; }
p { margin: 0 0 1em; }
.highlight :is(.k, .kc, .kd, .kn, .kr, .ow) { color: var(--md-code-hl-keyword-color); }
.highlight :is(.s, .s1, .s2, .sa, .sb, .sd, .sr, .sx) { color: var(--md-code-hl-string-color); }
.highlight :is(.se, .si) { color: var(--md-code-hl-special-color); }
.highlight :is(.m, .mb, .mf, .mh, .mi, .mo) { color: var(--md-code-hl-number-color); }
.highlight :is(.c, .c1, .ch, .cm) { color: var(--md-code-hl-comment-color); }
.highlight :is(.nf, .nc, .nd, .nn) { color: var(--md-code-hl-function-color); }
.highlight :is(.nb, .bp, .kt) { color: var(--md-code-hl-constant-color); }
.highlight :is(.o, .p) { color: var(--md-code-hl-operator-color); }
"""
_SCHEME = """
(function () {
  var dark = matchMedia("(prefers-color-scheme: dark)")
  function follow() { document.body.dataset.mdColorScheme = dark.matches ? "slate" : "default" }
  dark.addEventListener("change", follow)
  follow()
})()
"""
_OPEN = 'if (!location.hash) document.querySelector("[data-sw=replay]").click()'


def to_page(run: Run, source: str, *, language: str = "en") -> str:
    """Return a page with the replay, timeline and log of a run, in a language ("en", "zh")."""
    title = f"{run.snippet} · {duration(run.total)}"
    config = json.dumps({"translations": {"clipboard.copied": word("copied", language)}})
    html = "".join(
        [
            f'<!doctype html>\n<html lang="{language}">\n<head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            f"<title>{escape(title)}</title>\n<style>\n{_styles()}</style></head>\n",
            '<body class="md-typeset" data-md-color-scheme="default">',
            f"<script>{_SCHEME}</script>\n<main>\n{_card(run, source, language)}\n</main>\n",
            f'<script id="__config" type="application/json">{config}</script>\n',
            *(f"<script>{script}</script>\n" for script in _scripts()),
            "</body></html>\n",
        ]
    )
    return with_policy(html)


def _styles() -> str:
    sheets = [(_THEME / "css" / name).read_text("utf-8") for name in _STYLES]
    return "\n".join([*sheets, _BASE])


def _scripts() -> Iterator[str]:
    for name in ("replay.js", "stopwatch.js"):
        yield (_THEME / "js" / name).read_text("utf-8")
    yield _OPEN


def _card(run: Run, source: str, language: str) -> str:
    spoken, unsaid = _output(run)
    logged = replace(run, output=spoken)
    actions = [card.replay_action(language), card.action("copy", language)]
    parts = [
        card.head([run.snippet], actions),
        card.code(source, run.snippet, None, language),
        card.timeline([run], language),
        card.log(logged, language),
    ]
    if unsaid:
        note = word("lines left out", language).format(count=unsaid)
        parts.append(f'<p class="sw-missing">{escape(note)}</p>')
    if run.error:
        parts.append(f'<p class="sw-missing">{escape(run.error)}</p>')
    command = f"python -m stopwatch run {run.snippet}"
    parts += [card.in_words([run], language), card.foot(run, command, language)]
    parts.append(embed_run(run, source, language=language, limit=_MOST_RUN))
    return card.card([part for part in parts if part], names=[run.snippet], anchor="run")


def _output(run: Run) -> tuple[tuple[Line, ...], int]:
    """Return as many lines as a page may hold, and how many that leaves out."""
    size = 0
    for position, line in enumerate(run.output):
        size += len(line.text)
        if size > _MOST_TEXT:
            return run.output[:position], len(run.output) - position
    return run.output, 0
