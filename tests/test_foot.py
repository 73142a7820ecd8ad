"""Where each page comes from: the foot says it, and what it says is so."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from stopwatch import embed
from stopwatch.foot import Sources, render_foot
from stopwatch.model import Run
from stopwatch.provenance import machine, stamp
from stopwatch.runner import Result
from stopwatch.snippets import Settings, Snippet, read_snippet
from tests.conftest import ROOT
from tests.small_site import build, make_small_site

pytestmark = pytest.mark.kept("snippets/gather")

PLAIN = Run(snippet="page/x.py", python="3.11.7", imports=1.0, total=2.0, exit=0, error=None)


def test_a_kept_run_says_when_and_on_what_it_was_made() -> None:
    """The day and the class of machine; whatever it said before stays."""
    stamped = stamp(PLAIN)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", stamped.recorded)
    assert stamped.machine == machine()
    assert stamp(stamped) == stamped
    assert Run.from_json(stamped.to_json()) == stamped


def test_what_pages_show_is_stamped(run: Callable[[str], Run]) -> None:
    """Runs from the cache carry their day."""
    assert run("gather/order.py").recorded


SOURCE = b'"""Claim."""\n'
SNIPPET = Snippet("why_async/tasks.py", Path("tasks.py"), SOURCE, Settings())
RUN = replace(PLAIN, recorded="2026-11-20", machine="2-core x86_64 Linux")


def foot(*used: tuple[Snippet, Run | None], language: str = "en", repo_url: str = "") -> str:
    """Return the foot of a page that shows these programs."""
    return render_foot(
        f"docs/{language}/start/why-async.md",
        used,
        root=ROOT,
        sources=Sources(repo_url, "abc123"),
        up="../../",
        language=language,
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_says_when_and_on_what_the_runs_were_made(language: str) -> None:
    """The day, or the first and the last; each Python and each class of machine once."""
    later = replace(RUN, recorded="2026-11-21", python="3.13.0")
    html = foot((SNIPPET, RUN), (SNIPPET, later), language=language)
    assert '2026-11-20</time> – <time datetime="2026-11-21">' in html
    assert html.count("2-core x86_64 Linux") == 1
    assert "Python 3.11.7 · Python 3.13.0" in html


def test_it_names_each_program_with_the_hash_of_its_bytes() -> None:
    """What a reader has downloaded can be checked with sha256sum."""
    html = foot((SNIPPET, None))
    assert hashlib.sha256(SOURCE).hexdigest()[:8] in html
    assert 'href="../../snippets/why_async/tasks.py"' in html


def test_sources_are_linked_where_they_can_be_seen() -> None:
    """The page, its programs, its tests; with no repository to lead to, their paths alone."""
    sources = (
        "docs/en/start/why-async.md",
        "snippets/why_async/tasks.py",
        "tests/pages/test_why_async.py",
    )
    plain, linked = foot((SNIPPET, RUN)), foot((SNIPPET, RUN), repo_url="https://git.test/a/b/")
    for path in sources:
        assert f"<code>{path}</code>" in plain
        assert f'href="https://git.test/a/b/blob/abc123/{path}"' in linked
    assert "href" not in plain.replace('href="../../snippets', "")


def test_a_page_without_runs_says_where_its_text_is() -> None:
    """Nothing is said of runs that there aren't."""
    assert "<time" not in foot()
    assert "docs/en/start/why-async.md" in foot()


def test_a_card_says_when_the_machine_disturbed_its_run(
    monkeypatch: pytest.MonkeyPatch, run: Callable[[str], Run]
) -> None:
    """In one line, with how long it had to wait."""
    calm = replace(run("gather/order.py"), delayed=0.0)
    snippet = read_snippet(ROOT, "gather/order.py")
    for delay, said in ((0.0, 0), (250.0, 1)):
        result = Result(snippet, replace(calm, delayed=delay))
        monkeypatch.setattr(embed, "_result", lambda _snippet, result=result: result)
        assert embed.show("gather/order.py").count("sw-disturbed") == said
    assert "0.25 s" in embed.compare("gather/order.py", "gather/order.py")


def test_every_page_of_a_site_has_its_foot(tmp_path: Path) -> None:
    """With the programs of that page alone, in both languages, and links to where they lead."""
    root = make_small_site(tmp_path)
    status, output = build(root, "--strict", REPO_URL="https://git.test/a/b", REVISION="v1")
    assert status == 0, output
    for language, folder in (("en", "site"), ("zh", "site/zh")):
        home = (root / folder / "index.html").read_text("utf-8")
        first = (root / folder / "start/first/index.html").read_text("utf-8")
        blob = "https://git.test/a/b/blob/v1"
        assert f'href="{blob}/docs/{language}/start/first.md"' in first
        assert f'href="{blob}/snippets/first/program.py"' in first
        assert "snippets/first/program.py" not in home
        assert f'href="{blob}/docs/{language}/index.md"' in home
