"""Links with the scheme ``measure:`` become numbers, wherever Markdown has inline text."""

from __future__ import annotations

import pytest
from markdown import Markdown

from stopwatch.model import Run
from stopwatch.prose import MeasureLinks
from stopwatch.readings import MeasureError, read_measure


def render(text: str) -> str:
    """Convert Markdown in which every number is ``<data>text|targets</data>``."""

    def measure(what: str, targets: str) -> str:
        if what == "wrong":
            raise ValueError("no such number")
        return f"<data>{what}|{targets}</data>"

    links = MeasureLinks(measure, lambda error: f"<mark>{error}</mark>")
    others = ["tables", "attr_list", "footnotes", "toc", "md_in_html"]
    return Markdown(extensions=[links, *others]).convert(text)


def test_the_link_is_replaced_in_the_middle_of_a_sentence() -> None:
    """What is around it stays."""
    html = render("It took [total](measure:a/b.py), *not* [total](measure:c/d.py).")
    assert html == (
        "<p>It took <data>total|a/b.py</data>, <em>not</em> <data>total|c/d.py</data>.</p>"
    )


@pytest.mark.parametrize(
    "text",
    [
        "# Took [total](measure:a.py) { #id }",
        "- took [total](measure:a.py)",
        "| took |\n|---|\n| [total](measure:a.py) |",
        "> took [total](measure:a.py)",
        "**took [total](measure:a.py)**",
        "[see [total](measure:a.py)](https://example.org)",
        "a note[^1]\n\n[^1]: took [total](measure:a.py)",
        '<div markdown="1">\ntook [total](measure:a.py)\n</div>',
    ],
    ids=["heading", "list", "table", "quote", "strong", "link", "footnote", "html"],
)
def test_it_works_wherever_there_is_inline_text(text: str) -> None:
    """Headings, lists, tables and the rest."""
    assert "<data>total|a.py</data>" in render(text)


@pytest.mark.parametrize(
    ("link", "number"),
    [
        ("[ratio](measure:a/x.py,b/y.py)", "ratio|a/x.py,b/y.py"),
        ("[python](measure:)", "python|"),
        ('[at "B starts"](measure:a.py)', 'at "B starts"|a.py'),
        (r'[printed "peak (\d+\.\d+)"](measure:a.py)', r'printed "peak (\d+\.\d+)"|a.py'),
        (r'[printed "\[(.*)\]"](measure:a.py)', r'printed "\[(.*)\]"|a.py'),
        ('[printed "[a-z]+ (.+?)_x_"](measure:a.py)', 'printed "[a-z]+ (.+?)_x_"|a.py'),
        ("[lane say_after](measure:say_after/b.py)", "lane say_after|say_after/b.py"),
    ],
)
def test_what_is_asked_arrives_as_written(link: str, number: str) -> None:
    """Nothing in a pattern or a name is taken for Markdown."""
    assert f"<data>{number}</data>" in render(f"x {link} y")


@pytest.mark.parametrize("text", ["`[total](measure:a.py)`", "    [total](measure:a.py)"])
def test_code_stays_code(text: str) -> None:
    """A page may explain such links."""
    assert "[total](measure:a.py)" in render(text)


def test_other_links_stay_links() -> None:
    """Only the one scheme is ours."""
    assert '<a href="b.md">total</a>' in render("[total](b.md)")


def test_a_mistake_is_told_and_stands_where_the_number_would() -> None:
    """The rest of the page is rendered."""
    html = render("[wrong](measure:a.py) and [total](measure:a.py)")
    assert html == "<p><mark>no such number</mark> and <data>total|a.py</data></p>"


def test_all_runs_at_once_are_a_star() -> None:
    """It is no emphasis, even twice in a line."""
    html = render("Of [programs](measure:*) runs [disturbed](measure:*) were disturbed.")
    assert html == (
        "<p>Of <data>programs|*</data> runs <data>disturbed|*</data> were disturbed.</p>"
    )


def a_run(delayed: float) -> Run:
    """Return an empty run that had to wait so long for a processor (ms)."""
    return Run("a.py", "3.11.7", 0.0, 100.0, 0, None, delayed=delayed)


def test_figures_of_many_runs() -> None:
    """How many, how long they waited, how many too long."""
    runs = [a_run(1.0), a_run(2.0), a_run(40.0)]
    asked = ("programs", "delayed median", "delayed worst", "disturbed")
    assert [read_measure(what, runs)[1] for what in asked] == ["3", "2.0 ms", "40 ms", "1"]
    with pytest.raises(MeasureError, match="median or worst"):
        read_measure("delayed mean", runs)
    with pytest.raises(MeasureError, match="takes"):
        read_measure("programs", [])
