"""What the head of a page tells search engines, and those who draw a card for a link to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

_LOCALES = {"en": "en_US", "zh": "zh_CN"}


@dataclass(frozen=True)
class About:
    """What there is to say about a page. All addresses are absolute.

    ``home`` and ``site_name`` are those of its language, ``section`` is its part of the course,
    ``picture`` a PNG of 1200 × 630 pixels, ``elsewhere`` its address in the other languages.
    """

    title: str
    description: str
    address: str
    language: str
    site_name: str
    home: str
    section: str
    picture: str
    elsewhere: dict[str, str]

    @property
    def is_home(self) -> bool:
        """Tell whether this is the first page of its language."""
        return self.address == self.home


def describe_page(about: About) -> str:
    """Return the elements for the page's head."""
    properties = "\n".join(
        f'<meta property="{name}" content="{escape(value)}">' for name, value in _card(about)
    )
    # "<" could end the script.
    data = json.dumps(_data(about), ensure_ascii=False).replace("<", "\\u003c")
    return (
        f'{properties}\n<meta name="twitter:card" content="summary_large_image">\n'
        f'<script type="application/ld+json">{data}</script>'
    )


def _card(about: About) -> Iterator[tuple[str, str]]:
    """Yield the properties of the Open Graph protocol."""
    yield "og:type", "website" if about.is_home else "article"
    yield "og:site_name", about.site_name
    yield "og:title", about.title
    yield "og:description", about.description
    yield "og:url", about.address
    yield "og:locale", _LOCALES[about.language]
    for language in about.elsewhere:
        yield "og:locale:alternate", _LOCALES[language]
    if about.picture:
        yield "og:image", about.picture
        yield "og:image:width", "1200"
        yield "og:image:height", "630"


def _data(about: About) -> dict[str, Any]:
    """Return the structured data, in the words of schema.org."""
    course = {"@type": "Course", "name": about.site_name, "url": about.home}
    page: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Course" if about.is_home else ["TechArticle", "LearningResource"],
        "name": about.title,
        "headline": about.title,
        "description": about.description,
        "url": about.address,
        "inLanguage": _LOCALES[about.language].replace("_", "-"),
        "isAccessibleForFree": True,
    }
    if about.picture:
        page["image"] = about.picture
    if about.is_home:
        return page
    if about.section:
        page["articleSection"] = about.section
    return page | {"learningResourceType": "tutorial", "isPartOf": course}
