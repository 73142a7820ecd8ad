"""What makes pages valid and light: the frame mended, one style sheet, a small search index."""

from __future__ import annotations

import json

from stopwatch.frame import mend, merge, sheets
from stopwatch.slim import plain, slim, without_repeats


def test_the_frame_is_mended_and_nothing_else() -> None:
    """Checkboxes get a name instead of autocomplete, the search one too; text stays text."""
    drawer = '<input class="md-toggle" data-md-toggle="drawer" type="checkbox" id="x"{}>'
    search = '<input class="md-toggle" data-md-toggle="search" type="checkbox" id="y"{}>'
    label = '<label class="md-header__button md-icon" for="__drawer">'
    off = ' autocomplete="off"'
    page = mend(f"{drawer.format(off)}{search.format(off)}<header>{label}", "zh")
    named = drawer.format(' aria-label="导航"')
    assert page == f"{search.format('')}<header>{named}{label}"
    assert mend('<label class="md-nav__link" tabindex="">', "en") == '<label class="md-nav__link">'
    dialog = '<div class="md-search" data-md-component="search" role="dialog"{}>'
    assert mend(dialog.format(""), "en") == dialog.format(' aria-label="Search"')
    text = '<p>role="dialog" tabindex="" <input autocomplete="off"></p>'
    assert mend(text, "en") == text


def test_one_sheet_holds_all() -> None:
    """The theme's first, in its order, then ours; no comment and no indent travels."""
    published = ["js/a.js", "assets/stylesheets/palette.1.min.css", "assets/stylesheets/main.2.css"]
    names = sheets(published, ["css/b.css", "css/a.css"])
    assert names == [published[2], published[1], "css/b.css", "css/a.css"]
    assert merge(["a {\n  top: 0; /* two\n lines */\n}\n\n", "b{}"]) == "a {\ntop: 0;\n}\nb{}"


def test_an_index_keeps_its_words() -> None:
    """Tags and escapes go, blocks stay apart, and entities stay what they are."""
    assert plain("<p>one <code>two</code>.</p>\n<ul><li>a&lt;b</li></ul>") == "one two. a&lt;b"
    entry = {"location": "x/", "title": "<code>异步</code>", "text": "<p>\u4e2d</p>"}
    index = json.dumps({"config": {"lang": ["zh"]}, "docs": [entry]})
    short = '{"config":{"lang":["zh"]},"docs":[{"location":"x/","title":"异步","text":"中"}]}'
    assert slim(index) == short


def test_chinese_words_stay_apart() -> None:
    """A zero-width space stays between words, and goes where something else parts them."""
    assert (
        plain("\u200b协程\u200b对象\u200b，\u200bawait\u200b 它\u200b。")
        == "协程\u200b对象，await 它。"
    )
    assert plain("用\u200basyncio") == "用\u200basyncio"


def test_what_is_said_twice_is_found_once() -> None:
    """Not predictions, self-tests, closing sections and lists of more; all else is searched."""
    sections = ('<h2 id="use-it-when"', '<h2 id="check-yourself"', '<h3 id="more-limits"')
    for element in ('<details class="question"', *sections):
        assert without_repeats(f"{element}>x") == f"{element} data-search-exclude>x"
    for element in ('<details class="note">', '<h2 id="why">', '<h2 id="use-it-whenever">'):
        assert without_repeats(element) == element
