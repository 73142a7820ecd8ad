"""`mkdocs serve`: an edit rebuilds what it touches, and no mistake takes the pages away."""

from __future__ import annotations

import json
import os
import queue
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from stopwatch import pyodide
from stopwatch.serving import Watch, complain_about_port
from stopwatch.store import Store
from stopwatch.translated import mark
from tests.conftest import ROOT
from tests.small_site import PROGRAM, add, is_alive, make_small_site, mkdocs, write

pytestmark = pytest.mark.kept()


MARK = "<!-- from the last build -->"
RECORD = "docs/zh.translated.toml"
TABLE = """\
caption = {en = "Dishes", zh = "菜"}
column = [{id = "made", en = "Made", zh = "做法"}]

[[row]]
id = "tea"
en = "Tea"
zh = "茶"
snippet = "first/program.py"
made = {en = "with water", zh = "用水"}
"""


class Server:
    """A running `mkdocs serve`, what it says, and the pages it serves."""

    def __init__(self, root: Path, port: int, process: subprocess.Popen[str]) -> None:
        self.root, self.port = root, port
        self._process = process
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)

    def heard(self, text: str) -> str:
        """Wait until it says so, and return what it said from the last time up to that."""
        said = ""
        deadline = time.monotonic() + 30
        while text not in said:
            try:
                said += self._lines.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                pytest.fail(f"it never said {text!r}, but:\n{said}")
        return said

    def edited(self) -> str:
        """Wait until it has taken an edit in, and return what it said."""
        return self.heard("Reloading browsers")

    def page(self, path: str) -> str:
        """Return a page as a browser gets it."""
        with urlopen(f"http://127.0.0.1:{self.port}/{path}", timeout=20) as answer:
            return str(answer.read().decode())

    def stop(self) -> int:
        """Press Ctrl-C, wait for the end, and return its process group."""
        os.killpg(self._process.pid, signal.SIGINT)
        self._process.wait(10)
        return self._process.pid


def mark_kept(root: Path, language: str, name: str) -> None:
    """Mark a finished page where it is kept, so that the next build of its language shows it."""
    store = Store(root / ".cache" / "stopwatch" / "pages" / f"{language}-serve")
    page = json.loads(store.get(name) or "")
    page["html"] += MARK
    store.put(name, json.dumps(page))


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A served small site; each test leaves it as it was."""
    root, port = make_small_site(tmp_path_factory.mktemp("served")), free_port()
    write(root, "docs/tables/dishes.toml", TABLE)
    write(root, RECORD, "")
    with mkdocs(root, "serve", "-a", f"127.0.0.1:{port}") as process:
        server = Server(root, port, process)
        assert "program.py" in server.heard("Serving on")
        yield server
        assert not is_alive(server.stop())


def test_both_languages_are_served(server: Server) -> None:
    """One command, two languages, the same run."""
    assert "marmalade begins" in server.page("start/first/")
    assert "marmalade begins" in server.page("zh/start/first/")


def test_an_edit_of_prose_rebuilds_its_language_and_runs_nothing(server: Server) -> None:
    """The other language is not touched."""
    add(server.root, "docs/zh/index.md", "新的一段。")
    said = server.edited()
    assert "新的一段" in server.page("zh/")
    assert "Building documentation" not in said
    mark_kept(server.root, "zh", "index")
    add(server.root, "docs/en/index.md", "A new paragraph.")
    said = server.edited()
    assert "A new paragraph." in server.page("")
    assert "新的一段" in server.page("zh/")
    assert MARK not in server.page("zh/")
    assert "program.py" not in said
    add(server.root, "docs/zh/start/first.md", "又一段。")
    server.edited()
    assert MARK in server.page("zh/")


def test_an_edit_of_a_program_shows_in_both_languages(server: Server) -> None:
    """It runs again, once."""
    write(server.root, "snippets/first/program.py", PROGRAM.replace("porridge", "scones"))
    said = server.edited()
    assert said.count("first/program.py:") == 1
    assert "scones begins" in server.page("start/first/")
    assert "scones begins" in server.page("zh/start/first/")


@pytest.mark.slow
def test_a_translation_tells_that_its_page_was_edited(server: Server) -> None:
    """Until it says the same again, and that is recorded."""
    assert mark(server.root / "docs/en", server.root / "docs/zh")
    server.edited()
    assert "sw-stale" not in server.page("zh/")
    add(server.root, "docs/en/index.md", "Another paragraph.")
    server.edited()
    assert "sw-stale" in server.page("zh/")
    assert mark(server.root / "docs/en", server.root / "docs/zh") == ["index.md"]
    server.edited()
    assert "sw-stale" not in server.page("zh/")


@pytest.mark.slow
def test_a_damaged_record_of_translations_leaves_the_pages_up(server: Server) -> None:
    """One message names it; once it is mended, edits show again."""
    write(server.root, RECORD, "= damaged")
    said = server.edited()
    assert "zh.translated.toml" in said
    assert "Traceback" not in said
    assert "marmalade begins" in server.page("zh/start/first/")
    write(server.root, RECORD, "")
    add(server.root, "docs/en/index.md", "After the repair.")
    server.edited()
    assert "After the repair." in server.page("")


@pytest.mark.slow
def test_an_edit_of_a_table_shows_in_both_languages(server: Server) -> None:
    """Pages take theirs from docs/tables."""
    fence = (
        '```python exec="on" html="on"\nfrom stopwatch import table\nprint(table("dishes"))\n```'
    )
    for language in ("en", "zh"):
        add(server.root, f"docs/{language}/index.md", fence)
        server.edited()
    assert "with water" in server.page("")
    words = TABLE.replace("with water", "with milk").replace("用水", "用牛奶")
    write(server.root, "docs/tables/dishes.toml", words)
    server.edited()
    assert "with milk" in server.page("")
    assert "用牛奶" in server.page("zh/")


@pytest.mark.slow
def test_an_edited_page_still_runs_its_programs(tmp_path: Path) -> None:
    """What runs them is published again with it."""
    try:
        pyodide.fetch(ROOT)
    except pyodide.PyodideError as error:
        pytest.skip(f"no Pyodide ({error})")
    root, port = make_small_site(tmp_path), free_port()
    (root / ".cache").mkdir()
    (root / ".cache" / f"pyodide-{pyodide.VERSION}").symlink_to(
        ROOT / ".cache" / f"pyodide-{pyodide.VERSION}"
    )
    with mkdocs(root, "serve", "-a", f"127.0.0.1:{port}", RUN_HERE="true") as process:
        server = Server(root, port, process)
        server.heard("Serving on")
        add(root, "docs/en/start/first.md", "A new paragraph.")
        server.edited()
        page = server.page("start/first/")
        assert "A new paragraph." in page
        assert 'data-sw="edit"' in page
        assert server.page(f"{pyodide.HOME}pyodide-lock.json")
        server.stop()


def test_a_mistake_in_a_page_is_shown_on_it_and_in_the_terminal(server: Server) -> None:
    """The rest of the page is there, and so is the page once it is mended."""
    page = server.root / "docs" / "zh" / "index.md"
    before = page.read_text("utf-8")
    add(server.root, "docs/zh/index.md", '```python exec="on" html="on"\nprint(shwo)\n```')
    assert "index.md: a fence failed: NameError: name 'shwo'" in server.edited()
    assert 'class="sw-card sw-error"' in server.page("zh/")
    assert "从这里开始" in server.page("zh/")
    page.write_text(before, encoding="utf-8")
    server.edited()
    assert "sw-error" not in server.page("zh/")


def test_a_failing_program_is_shown_on_its_pages(server: Server) -> None:
    """Both languages say what is wrong and how to repeat it."""
    write(server.root, "snippets/first/program.py", "raise ValueError('no milk')\n")
    assert "failed with ValueError: no milk" in server.edited()
    for path in ("start/first/", "zh/start/first/"):
        page = server.page(path)
        assert "failed with ValueError: no milk" in page
        assert "python -m stopwatch run first/program.py" in page
    write(server.root, "snippets/first/program.py", PROGRAM)
    server.edited()
    assert "porridge begins" in server.page("zh/start/first/")


def test_a_broken_configuration_leaves_the_pages_up(server: Server) -> None:
    """The server says what is wrong and goes on with what it had."""
    config = server.root / "mkdocs.yml"
    before = config.read_text("utf-8")
    config.write_text(f"{before}\nnav: [", encoding="utf-8")
    assert "error parsing the configuration file" in server.edited()
    assert "marmalade begins" in server.page("start/first/")
    assert "marmalade begins" in server.page("zh/start/first/")
    config.write_text(before, encoding="utf-8")
    server.edited()


def test_a_taken_port_ends_in_one_message_that_says_what_to_type(server: Server) -> None:
    """It comes before anything is built."""
    with mkdocs(server.root, "serve", "-a", f"127.0.0.1:{server.port}") as second:
        output, _ = second.communicate(timeout=20)
    assert second.returncode == 1
    assert f"can't serve on 127.0.0.1:{server.port}" in output
    assert "try: mkdocs serve -a 127.0.0.1:" in output
    assert "Traceback" not in output
    assert "Cleaning" not in output


# The parts


def test_a_free_port_is_no_reason_to_complain() -> None:
    """Nor is one that was used a moment ago."""
    assert complain_about_port("127.0.0.1", free_port()) is None


def test_a_watch_names_what_changed(tmp_path: Path) -> None:
    """Files that change, come or go; not caches, nor what an editor leaves beside a file."""
    for folder in ("pages", "programs/__pycache__"):
        (tmp_path / folder).mkdir(parents=True)
    write(tmp_path, "pages/a.md", "one")
    watch = Watch({"pages": [tmp_path / "pages"], "programs": [tmp_path / "programs"]})
    assert watch.changed() == set()
    write(tmp_path, "pages/a.md", "three")
    assert watch.changed() == {"pages"}
    write(tmp_path, "programs/__pycache__/a.pyc", "")
    write(tmp_path, "programs/.hidden", "")
    assert watch.changed() == set()
    write(tmp_path, "programs/new/a.py", "")
    assert watch.changed() == {"programs"}
    (tmp_path / "pages" / "a.md").unlink()
    assert watch.changed() == {"pages"}


def test_interrupting_the_first_build_leaves_nothing(tmp_path: Path) -> None:
    """Ctrl-C while the programs run: no process, no folder."""
    root = make_small_site(tmp_path / "project")
    write(root, "snippets/first/program.py", "import time\n\ntime.sleep(15)\n")
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    port = f"127.0.0.1:{free_port()}"
    with mkdocs(root, "serve", "-a", port, TMPDIR=str(temporary)) as process:
        deadline = time.monotonic() + 20
        while not list(temporary.glob(".mkdocs_*")):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        time.sleep(0.5)
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=10)
        assert not is_alive(process.pid)
    assert not list(temporary.iterdir())
