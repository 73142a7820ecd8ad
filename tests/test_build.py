"""Building: both languages or none, each mistake told, and the site that was there survives it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.small_site import PROGRAM, add, build, contents, is_alive, make_small_site, mkdocs
from tests.small_site import write as write_source

pytestmark = pytest.mark.kept()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small site, built once: to look at, not to touch."""
    root = make_small_site(tmp_path_factory.mktemp("built"))
    status, output = build(root, "--strict")
    assert status == 0, output
    return root


@pytest.fixture
def site(built: Path, tmp_path: Path) -> Path:
    """A copy of it, with its published site and its recorded run."""
    return shutil.copytree(built, tmp_path / "project")


# What a build makes


def test_both_languages_show_the_same_run(built: Path) -> None:
    """The log stands on both pages, with the same times, and what it printed is text, not HTML."""
    english = read(built, "start/first/index.html")
    chinese = read(built, "zh/start/first/index.html")
    for page in (english, chinese):
        assert "marmalade begins" in page
        assert "porridge &lt;b&gt;ends&lt;/b&gt;" in page
        assert "<b>ends" not in page
    assert english.count('class="t"') == 4
    assert times(english) == times(chinese)


def times(page: str) -> list[str]:
    """Return the seconds in a page's log and the number in its prose."""
    numbers = page.split('<data class="sw-number"')[1:]
    seconds = page.split('<span class="t">')[1:]
    return [part.partition("<")[0] for part in (*numbers, *seconds)]


def test_the_program_can_be_downloaded_byte_for_byte(built: Path) -> None:
    """Both languages hold the file, where the card's link leads."""
    assert 'href="../../snippets/first/program.py" download' in read(
        built, "start/first/index.html"
    )
    for folder in ("site", "site/zh"):
        assert (built / folder / "snippets/first/program.py").read_text("utf-8") == PROGRAM


def test_search_finds_prose_but_neither_code_nor_logs(built: Path) -> None:
    """Each language has its own index, without what would make it large."""
    for folder, words in (("", "It took"), ("zh/", "用时")):
        index = json.loads(read(built, f"{folder}search/search_index.json"))
        text = " ".join(entry["text"] for entry in index["docs"])
        assert words in text.replace("\u200b", "")
        assert "marmalade" not in text
        assert "TaskGroup" not in text


def test_a_second_build_runs_no_program(site: Path) -> None:
    """A recorded run is kept, and with it every number on every page."""
    before = contents(site / "site")
    status, output = build(site)
    assert status == 0
    assert "program.py" not in output
    assert changed(before, contents(site / "site")) <= {"sitemap.xml.gz", "zh/sitemap.xml.gz"}


def changed(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    """Return the names of files that differ."""
    return {name for name in before | after if before.get(name) != after.get(name)}


def test_a_deleted_page_is_gone_after_the_next_build(site: Path) -> None:
    """The published site holds what the sources hold and nothing else."""
    for language in ("en", "zh"):
        (site / "docs" / language / "start" / "first.md").unlink()
        write_source(site, f"docs/{language}/index.md", "# Home { #home }\n")
    remove_from_navigation(site, "start/first.md")
    status, output = build(site, "--strict")
    assert status == 0, output
    assert not list((site / "site").rglob("first/index.html"))


def remove_from_navigation(site: Path, page: str) -> None:
    """Take a page out of both configurations."""
    for name in ("mkdocs.yml", "docs/zh.yml"):
        text = (site / name).read_text("utf-8")
        write_source(site, name, text.replace(f", {page}", ""))


def test_each_language_can_be_built_alone(site: Path) -> None:
    """Chinese replaces its own folder; English goes wherever one says, without the other."""
    before = contents(site / "site")
    add(site, "docs/zh/index.md", "新的一段。")
    status, output = build(site, "-f", "docs/zh.yml")
    assert status == 0, output
    after = contents(site / "site")
    assert {name.partition("/")[0] for name in changed(before, after)} == {"zh"}
    assert "新的一段" in after["zh/index.html"].decode()
    status, output = build(site, "-d", "english", TRANSLATION="")
    assert status == 0, output
    assert (site / "english" / "index.html").exists()
    assert not (site / "english" / "zh").exists()


# What makes it fail, and what is then left

FAULTS = {
    "a link broken in Chinese alone": (
        "docs/zh/index.md",
        "[nowhere](nowhere.md)",
        "zh: Doc file 'index.md' contains a link 'nowhere.md'",
    ),
    "a link broken in English alone": (
        "docs/en/index.md",
        "[nowhere](start/first.md#nowhere)",
        "does not contain an anchor '#nowhere'",
    ),
    "a fence that fails": (
        "docs/en/start/first.md",
        '```python exec="on" html="on"\nprint(shwo("first/program.py"))\n```',
        "start/first.md: a fence failed: NameError: name 'shwo' is not defined (line 1 of",
    ),
    "a fence that exits": (
        "docs/en/start/first.md",
        '```python exec="on" html="on"\nimport sys\nsys.exit(0)\n```',
        "start/first.md: a fence failed: SystemExit: 0 (line 2 of the fence)",
    ),
    "a program that is missing": (
        "docs/zh/start/first.md",
        '```python exec="on" html="on"\nimport stopwatch\nstopwatch.show("first/progam.py")\n```',
        "did you mean first/program.py?",
    ),
    "a number that nobody measured": (
        "docs/zh/start/first.md",
        "[duration](measure:first/program.py)",
        "start/first.md: [duration](measure:first/program.py): can't measure 'duration'",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_mistake_in_a_page_fails_the_build_of_both_languages(site: Path, fault: str) -> None:
    """The message says where it is; the published site stays, byte for byte."""
    page, text, message = FAULTS[fault]
    add(site, page, text)
    before = contents(site / "site")
    status, output = build(site, "--strict")
    assert status == 1
    assert message in output
    assert contents(site / "site") == before
    assert not (site / ".site-build").exists()


def test_a_fence_fails_the_build_without_strict_too(site: Path) -> None:
    """No page looks fine that isn't."""
    add(site, "docs/zh/index.md", '```python exec="on" html="on"\n1 / 0\n```')
    status, output = build(site)
    assert status == 1
    assert "zh: stopwatch: index.md: a fence failed: ZeroDivisionError" in output


def test_a_missing_translation_fails_the_build(site: Path) -> None:
    """Strictly: the message names the page and the language."""
    (site / "docs" / "zh" / "start" / "first.md").unlink()
    status, output = build(site, "--strict")
    assert status == 1
    assert "zh: A reference to 'start/first.md' is included in the 'nav' configuration" in output


def test_all_mistakes_are_told_at_once(site: Path) -> None:
    """One build shows what is wrong in both languages."""
    for language in ("en", "zh"):
        add(site, f"docs/{language}/index.md", f"[{language}](measure:first/program.py)")
    _, output = build(site)
    assert "can't measure 'en'" in output
    assert "can't measure 'zh'" in output


def test_a_failing_program_fails_the_build(site: Path) -> None:
    """The message names it, the cause and the command to repeat it; the published site stays."""
    write_source(site, "snippets/first/program.py", 'raise SystemExit("no milk")\n')
    before = contents(site / "site")
    status, output = build(site)
    assert status == 1
    assert "snippets/first/program.py" in output
    assert "no milk" in output
    assert "python -m stopwatch run first/program.py" in output
    assert contents(site / "site") == before


def test_ctrl_c_leaves_the_old_site_and_no_process(site: Path) -> None:
    """Interrupted while a program runs, a build ends at once and leaves nothing behind."""
    write_source(site, "snippets/first/program.py", "import time\n\ntime.sleep(15)\n")
    before = contents(site / "site")
    with mkdocs(site, "build") as process:
        wait_for((site / ".site-build" / "new").exists)
        time.sleep(0.5)
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=10)
        assert process.returncode != 0
        assert not is_alive(process.pid)
    assert contents(site / "site") == before
    assert not (site / ".site-build").exists()


@pytest.mark.slow
def test_a_killed_build_is_cleared_away_by_the_next(site: Path, tmp_path: Path) -> None:
    """Even SIGKILL half-publishes nothing, blocks nobody, and nothing of it stays."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    write_source(site, "snippets/first/program.py", LONG)
    before = contents(site / "site")
    with mkdocs(site, "build", TMPDIR=str(temporary)) as process:
        file = wait_for(lambda: next(temporary.glob("stopwatch-run-*/*/pid"), None))
        pid = int(file.read_text("ascii"))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=10)
    assert contents(site / "site") == before
    assert is_alive(pid)
    write_source(site, "snippets/first/program.py", PROGRAM)
    status, output = build(site, TMPDIR=str(temporary))
    assert status == 0, output
    assert "ended programs that a killed build had left running" in output
    assert not (site / ".site-build").exists()
    wait_for(lambda: not is_alive(pid))
    assert not list(temporary.glob("stopwatch-*"))


LONG = """\
import os
import time
from pathlib import Path

Path("new").write_text(str(os.getpid()))
Path("new").rename("pid")
time.sleep(30)
"""


def test_two_builds_at_once_take_turns(site: Path) -> None:
    """The second says that it waits; both succeed, and the site is whole."""
    with mkdocs(site, "build") as first, mkdocs(site, "build") as second:
        outputs = [process.communicate(timeout=60)[0] for process in (first, second)]
    assert [first.returncode, second.returncode] == [0, 0]
    assert sum("waiting for its end" in output for output in outputs) == 1
    assert (site / "site" / "zh" / "index.html").exists()


def wait_for(what: Callable[[], Any]) -> Any:
    """Wait until something is true, and return it."""
    deadline = time.monotonic() + 20
    while not (found := what()):
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)
    return found


def read(root: Path, name: str) -> str:
    """Return a published file."""
    return (root / "site" / name).read_text("utf-8")
