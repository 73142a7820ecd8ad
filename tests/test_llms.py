"""Pages as Markdown: whoever reads them with tools gets what was measured, as text."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from stopwatch.llms import Entry, from_notebook, render_index, to_markdown
from stopwatch.model import Run
from stopwatch.readings import duration
from stopwatch.snippets import read_snippet
from tests.conftest import ROOT
from tests.small_site import PROGRAM, build, make_small_site

pytestmark = pytest.mark.kept("snippets/gather")

ORDER = "gather/order.py"
FENCE = '```python exec="on" html="on"\nfrom stopwatch import {name}\nprint({call})\n```'


@pytest.fixture
def convert(run: Callable[[str], Run]) -> Callable[[str], str]:
    """A function from a page's source, which may show gather/order.py, to Markdown."""
    used = {ORDER: (read_snippet(ROOT, ORDER), run(ORDER))}
    to = {"kitchen.md": "../kitchen/index.md"}
    return lambda text: to_markdown(text, used, root=ROOT, language="en", link=to.get)


def test_a_fence_becomes_program_log_and_timeline(
    convert: Callable[[str], str], run: Callable[[str], Run]
) -> None:
    """The program byte for byte, every line of the log, every lane."""
    text = convert(FENCE.format(name="show", call=f'show("{ORDER}")'))
    source = (ROOT / "snippets" / ORDER).read_text("utf-8").rstrip()
    assert f"```python\n{source}\n```" in text
    for line in run(ORDER).output:
        assert line.text in text
    assert "█" in text
    assert "exec=" not in text


def test_a_fence_may_leave_parts_out(convert: Callable[[str], str]) -> None:
    """As it does on the page."""
    text = convert(FENCE.format(name="show", call=f'show("{ORDER}", code=False, timeline=False)'))
    assert "```python" not in text
    assert "█" not in text


def test_a_fence_in_a_block_stays_in_its_place(convert: Callable[[str], str]) -> None:
    """What opens on demand becomes a bold title and paragraphs, what follows them is as before."""
    fence = FENCE.format(name="show", call=f'show("{ORDER}")')
    block = '??? question "Predict"\n    Which?\n\n' + "\n".join(
        f"    {line}" for line in fence.splitlines()
    )
    text = convert(f"{block}\n\n    And why?\n\nAfter.\n")
    assert text.startswith("**Predict**\n\nWhich?\n\n`snippets/gather/order.py`\n\n```python\n")
    assert text.endswith("\n\nAnd why?\n\nAfter.\n")
    assert "\n    async def" not in text.replace("\n    async with", "")


def test_a_measured_number_stands_as_text(
    convert: Callable[[str], str], run: Callable[[str], Run]
) -> None:
    """The same as on the page."""
    assert convert(f"It took [total](measure:{ORDER}).") == (
        f"It took {duration(run(ORDER).total)}.\n"
    )


def test_links_lead_to_the_markdown_of_other_pages(convert: Callable[[str], str]) -> None:
    """With their fragment; links to elsewhere and to files stay as they are."""
    assert convert("[a](kitchen.md#sync)") == "[a](../kitchen/index.md#sync)\n"
    for other in ("[a](https://example.org/x.md)", "[a](#here)", "[a](x.py)", "![a](kitchen.md)"):
        assert convert(other) == f"{other}\n"


def test_what_only_this_site_understands_is_gone(convert: Callable[[str], str]) -> None:
    """Ids of headings are no part of their text, nor is markup around it; code is left alone."""
    assert convert("## In turn { #in-turn }\n") == "## In turn\n"
    div = '<div class="x" data-on="1" markdown>\n\n1. **A?** B.\n\n</div>\n\n'
    assert convert(f'{div}<script src="x.js" defer></script>\n\nC.') == "1. **A?** B.\n\nC.\n"
    code = "```python\n## x { #y }\n\n\n[total](measure:x.py)\n```\n"
    assert convert(code) == code


def test_a_table_has_all_its_cells(convert: Callable[[str], str]) -> None:
    """As a Markdown table."""
    text = convert(FENCE.format(name="table", call='table("task-vs-coroutine")'))
    assert text.startswith("|  | coroutine | Task |\n| --- | --- | --- |\n| made by | ")
    assert len({line.count(" | ") for line in text.splitlines()}) == 1


def test_a_fence_that_does_more_is_refused(convert: Callable[[str], str]) -> None:
    """Nothing is left out silently."""
    with pytest.raises(ValueError, match="more than show"):
        convert(FENCE.format(name="show", call='"x" * 3'))


def test_a_notebook_becomes_its_text_code_and_output() -> None:
    """Sources may be lines or text; a picture has no words."""
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": ["a\n", "b\n"]},
        {"output_type": "execute_result", "data": {"text/plain": "42"}},
        {"output_type": "display_data", "data": {"image/png": "…", "text/plain": "<Figure>"}},
    ]
    cells = [
        {"cell_type": "markdown", "source": ["# Lab\n", "Text."]},
        {"cell_type": "code", "source": "print()", "outputs": outputs},
    ]
    text = from_notebook(json.dumps({"cells": cells}))
    code = "```python\nprint()\n```\n\n```text\na\nb\n```\n\n```text\n42\n```"
    assert text == f"# Lab\nText.\n\n{code}"


def test_the_index_lists_pages_by_section() -> None:
    """As https://llmstxt.org asks: a title, a quoted summary, lists of links."""
    entries = [
        Entry("", "Home", "https://x.test/index.md", "All of it."),
        Entry("Start", "Why", "https://x.test/why/index.md", "A reason."),
    ]
    text = render_index("Site", "About.", entries, {"中文": "https://x.test/zh/llms.txt"})
    assert text.startswith("# Site\n\n> About.\n\n## Site\n\n- [Home](https://x.test/index.md):")
    assert "\n## Start\n\n- [Why](https://x.test/why/index.md): A reason.\n" in text
    assert text.endswith("\n- [中文](https://x.test/zh/llms.txt)\n")


def test_every_page_of_a_site_is_there_as_markdown(tmp_path: Path) -> None:
    """Beside its HTML, which names it; both languages list theirs, in the order of the course."""
    root = make_small_site(tmp_path)
    status, output = build(root, "--strict", SITE_URL="https://example.org/a/")
    assert status == 0, output
    for folder in ("", "zh/"):
        index = (root / "site" / folder / "llms.txt").read_text("utf-8")
        base = f"https://example.org/a/{folder}"
        assert index.index(f"({base}index.md)") < index.index(f"({base}start/first/index.md)")
        page = root / "site" / folder / "start/first"
        assert PROGRAM.rstrip() in (page / "index.md").read_text("utf-8")
        assert 'type="text/markdown" href="index.md"' in (page / "index.html").read_text("utf-8")
        home = (root / "site" / folder / "index.md").read_text("utf-8")
        assert "(start/first/index.md#first)" in home
