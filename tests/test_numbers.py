"""No measured number is typed by hand: prose reads them from runs, by ``measure:`` links.

Numbers that belong to a program ("waits 0.3 s") or to the subject are allowed, each by name and
count, in ``allowed_numbers.toml``; what is listed there and no longer used fails as well.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.test_parity import FENCE, MEASURE, PAGES

ALLOWED = tomllib.loads((Path(__file__).parent / "allowed_numbers.toml").read_text("utf-8"))
_NUMBER = (
    r"(?<![\w.#-])(?:\d+(?:[.,]\d+)*[ \u00a0]?"
    r"|(?:one|two|three|four|five|six|seven|eight|nine|ten|half a)[ \u00a0])"
)
_UNIT = r"ms|µs|s|seconds?|minutes?|hours?|×|x|times|%|per cent|percent|MB|KB|KiB|MiB|GB"
ENGLISH = re.compile(rf"{_NUMBER}(?:{_UNIT})(?![\w-])", re.IGNORECASE)
CHINESE = re.compile(
    r"(?:\d+(?:[.,]\d+)*|[零一二两三四五六七八九十百千万半]+) ?"
    r"(?:毫秒|微秒|秒钟|秒|分钟|小时|倍|ms|s\b|×|%|MB|KB|GB)"
)


def prose(path: Path) -> str:
    """Return a page's text without front matter, fences, code, numbers from runs and addresses."""
    text = re.sub(r"\A---\n.*?\n---\n", "", path.read_text("utf-8"), flags=re.DOTALL)
    for pattern in (FENCE, MEASURE, re.compile(r"`[^`]*`"), re.compile(r"\]\([^)]*\)|\{[^}]*\}")):
        text = pattern.sub(" ", text)
    return text


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_numbers_come_from_runs(page: str, language: str) -> None:
    """A number with a unit is a measure: link, or is on the list with its reason."""
    pattern = ENGLISH if language == "en" else CHINESE
    found = Counter(pattern.findall(prose(ROOT / "docs" / language / page)))
    entries = ALLOWED.get(language, {}).get(page, {})
    allowed = Counter({text: entry["count"] for text, entry in entries.items()})
    assert found == allowed, (
        f"docs/{language}/{page}: write measured numbers as [total](measure:…); "
        "for a number of the program itself, edit tests/allowed_numbers.toml"
    )


def test_every_exception_has_its_reason() -> None:
    """An allowed number says why it isn't measured."""
    for pages in ALLOWED.values():
        for page, entries in pages.items():
            assert page in PAGES, f"{page} is no page"
            for text, entry in entries.items():
                assert len(entry["why"]) > 10, f"{page}: why is {text} allowed?"
