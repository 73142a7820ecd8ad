"""Numbers in prose: ``[total](measure:gather/order.py)`` becomes what was measured."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

from markdown import Extension, Markdown
from markdown.inlinepatterns import InlineProcessor

# A link whose text may hold quotes, escapes and one level of brackets: [printed "took (\d+)"](…)
LINK = r"\[((?:\\.|\[(?:\\.|[^\]\\])*\]|[^\[\]\\])*)\]\(measure:([^()\s]*)\)"
# After code spans (190), which may speak of such links; before escapes (180) alter a pattern.
_PRIORITY = 185

Measure = Callable[[str, str], str]
Mistake = Callable[[Exception], str]


class MeasureLinks(Extension):
    """Put the HTML that ``measure(text, targets)`` returns for a link ``[text](measure:targets)``.

    When it raises, ``mistake(error)`` says what stands there instead.
    """

    def __init__(self, measure: Measure, mistake: Mistake) -> None:
        super().__init__()
        self._measure, self._mistake = measure, mistake

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the name Markdown calls)
        """Register the inline pattern."""
        md.inlinePatterns.register(_Link(md, self._measure, self._mistake), "measure", _PRIORITY)


class _Link(InlineProcessor):
    def __init__(self, md: Markdown, measure: Measure, mistake: Mistake) -> None:
        super().__init__(LINK, md)
        self._measure, self._mistake = measure, mistake

    def handleMatch(  # type: ignore[override]  # noqa: N802 (the name Markdown calls)
        self, m: re.Match[str], data: str
    ) -> tuple[ET.Element | str, int, int]:
        """Return the number for one link, and where that link started and ended."""
        text, targets = m[1], m[2]
        try:
            html = self._measure(text, targets)
        except Exception as error:  # noqa: BLE001 (an author's mistake, reported with its page)
            html = self._mistake(error)
        return self.md.htmlStash.store(html), m.start(0), m.end(0)
