"""The Python of the pages: which programs it runs, and that it runs them as any other does."""

from __future__ import annotations

import difflib
import json
import re
import shutil
import subprocess
import sys
import tarfile
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import playwright
import pytest

from stopwatch import pyodide, worker
from stopwatch.interpreters import interpreter_for, pythons
from stopwatch.model import Lane, Run
from stopwatch.reruns import local_command, why_not
from stopwatch.runner import Result
from stopwatch.snippets import Snippet, parse_snippet
from tests.conftest import ROOT
from tests.small_site import build, contents, make_small_site
from tests.test_faithful import Said, all_plainly, comparable

pytestmark = pytest.mark.kept("snippets", "tests/test_faithful.py")

WORKER = ROOT / "docs/theme/js/python.js"
_AT_ONCE = 3
_TOGETHER = 16
# One line of JSON in, one out. Starting takes longer than most programs, so some share a Python.
_RUN = """
const { load, prepare } = await import(process.argv[1])
const asked = require("fs").readFileSync(0, "utf-8").split("\\n")
const [home, files, ...programs] = asked.map(JSON.parse)
let pyodide, runs = 0
for (const { name, source } of programs) {
  if (runs++ % TOGETHER === 0) pyodide = await load(home, files)
  pyodide.runPython(FORGET)
  const python = prepare(pyodide)
  let events = ""
  const status = python.run(name, source, (text) => { events += text })
  const view = python.view({ name, source, events, status, language: "en" })
  console.log(JSON.stringify({ name, status, events, view }))
}
process.exit()
"""


@cache
def node() -> str:
    """Return the Node that Playwright brings, or else one on the PATH."""
    ours = Path(playwright.__file__).parent / "driver/node"
    found = str(ours) if ours.is_file() else shutil.which("node")
    return found or pytest.skip("no Node: uv sync installs Playwright, which brings one")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of Pyodide's files, as the site publishes it."""
    try:
        pyodide.fetch(ROOT)
    except pyodide.PyodideError as error:
        pytest.skip(f"no Pyodide ({error}): npm_config_registry=… uv run pytest, with a network")
    package = pyodide.load(ROOT)
    assert package
    folder = tmp_path_factory.mktemp("site")
    (folder / pyodide.HOME).mkdir(parents=True)
    for name, path in package.files.items():
        (folder / name).symlink_to(path)
    for name, text in package.texts.items():
        (folder / name).write_text(text, "utf-8")
    return folder / pyodide.HOME


def run_there(home: Path, folder: Path, *programs: tuple[str, str]) -> dict[str, dict[str, Any]]:
    """Run programs, given by name and source, in the browser's Python; return what came of each."""
    _, files = pyodide.sources()
    jobs = [json.dumps({"name": name, "source": source}) for name, source in programs]
    said = [folder / f"said-{i}" for i in range(min(_AT_ONCE, len(jobs)))]
    with ExitStack() as stack:
        processes = []
        for i, path in enumerate(said):
            asked = folder / f"asked-{i}"
            asked.write_text("\n".join([json.dumps(f"{home}/"), files, *jobs[i :: len(said)]]))
            # Its own `require` and `import`, and no warning that it has both.
            command = [node(), "--no-warnings", "--input-type=module", "-e", _PRELUDE + _RUN]
            process = subprocess.Popen(
                [*command, WORKER.as_uri()],
                stdin=stack.enter_context(asked.open()),
                stdout=stack.enter_context(path.open("w")),
                stderr=stack.enter_context(path.with_suffix(".errors").open("w")),
            )
            stack.callback(process.kill)
            processes.append(process)
        for process, path in zip(processes, said, strict=True):
            assert process.wait(timeout=500) == 0, _last(path)
    lines = [json.loads(line) for path in said for line in path.read_text("utf-8").splitlines()]
    return {line["name"]: line for line in lines}


_FORGET = """
import sys
for name in [name for name in sys.modules if name.partition(".")[0] == "stopwatch"]:
    del sys.modules[name]
"""
_PRELUDE = f"""
import {{ createRequire }} from "node:module"
const require = createRequire("/"), TOGETHER = {_TOGETHER}, FORGET = {json.dumps(_FORGET)}
"""


def _last(path: Path) -> str:
    errors = path.with_suffix(".errors").read_text("utf-8", "replace")
    done = [json.loads(line)["name"] for line in path.read_text("utf-8").splitlines()]
    return f"after {done[-1:]}: {errors[-2000:]}"


# Every program


@pytest.fixture(scope="module")
def offered(results: dict[str, Result]) -> list[Snippet]:
    """The programs that a reader can run in the page."""
    found = [r.snippet for r in results.values() if r.run and not why_not(r.snippet, r.run)]
    assert len(found) > 30
    return found


def reference(snippet: Snippet) -> str:
    """Return the Python at hand that is most like the browser's and can run a program.

    One of the same minor version, else the one that recorded it for the build.
    """
    minor = pyodide.PYTHON[1]
    same = next((path for m, path in pythons() if m == minor), None)
    return same or interpreter_for(snippet) or sys.executable


def plainly_there(snippets: list[Snippet]) -> dict[str, Said]:
    """Run programs as a reader would, each on the Python that is most like the browser's."""
    by_python: dict[str, list[Snippet]] = {}
    for snippet in snippets:
        by_python.setdefault(reference(snippet), []).append(snippet)
    said: dict[str, Said] = {}
    for python, theirs in by_python.items():
        said |= all_plainly(theirs, python)
    return said


def stdout_of(events: str) -> str:
    """Return what a recorded program wrote to stdout."""
    lines = [event for event in map(json.loads, events.splitlines()) if event[0] == "line"]
    return "\n".join(event[-1] for event in lines if event[2] == "stdout")


@pytest.mark.slow
def test_every_offered_program_says_the_same_in_the_page(
    home: Path, tmp_path: Path, offered: list[Snippet]
) -> None:
    """Same stdout and status as on the same minor Python, else as the build's, times aside."""
    here = plainly_there(offered)
    different = compare(here, offered, run_there(home, tmp_path, *map(program, offered)))
    # What a program left behind, or a busy machine, may have disturbed some: each has a second
    # chance, alone.
    for snippet in [snippet for snippet in offered if snippet.name in different]:
        here = plainly_there([snippet])
        again = compare(here, [snippet], run_there(home, tmp_path, program(snippet)))
        different = {name: text for name, text in different.items() if name != snippet.name} | again
    assert not different, "\n\n".join(different.values())


def program(snippet: Snippet) -> tuple[str, str]:
    """Return a snippet's name and source."""
    return snippet.name, snippet.source.decode()


def compare(
    here: dict[str, Said], snippets: list[Snippet], there: dict[str, dict[str, Any]]
) -> dict[str, str]:
    """Return what differs, by the program's name."""
    different = {}
    for snippet in snippets:
        status, expected, _ = here[snippet.name]
        answer = there[snippet.name]
        got = comparable(stdout_of(answer["events"]), snippet)
        # Minutes of a kitchen are rounded; before 3.12 named tasks were numbered, too.
        expected, got = (re.sub(r"\d+ minutes|\bTask-\d+", "#", text) for text in (expected, got))
        if (status, expected) != (answer["status"], got):
            before, after = f"{status}\n{expected}", f"{answer['status']}\n{got}"
            lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=1)
            different[snippet.name] = f"{snippet.name}:\n" + "\n".join(lines)
    return different


# What it is like in there


ENDS = """\
import asyncio
import time

async def main() -> None:
    begun = time.perf_counter(), time.process_time()
    time.sleep(0.3)
    await asyncio.sleep(0.2)
    print(round(time.perf_counter() - begun[0], 1), round(time.process_time() - begun[1], 1))
    asyncio.get_running_loop().create_future().set_exception(KeyError("lost"))
    1 / 0

asyncio.run(main())
"""
DIRECT = """\
import os
class Speaker:
    def __del__(self): print("last")
print("first")
os.write(1, b"second\\n")
speaker = Speaker()
"""
THREAD = """\
import asyncio, sys
print(sys.argv, sys.stdin.read() == "")
asyncio.run(asyncio.to_thread(print, "in a thread"))
"""


@pytest.fixture(scope="module")
def there(home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What came of a few programs."""
    programs = {
        "a/ends.py": ENDS,
        "a/thread.py": THREAD,
        "a/syntax.py": "x = 1\nif x\n",
        "a/direct.py": DIRECT,
    }
    return run_there(home, tmp_path_factory.mktemp("there"), *programs.items())


@pytest.mark.slow
def test_a_traceback_has_the_programs_own_lines(there: dict[str, dict[str, Any]]) -> None:
    """And nothing of ours; last words after it come too."""
    view = there["a/ends.py"]["view"]
    assert (view["error"], view["line"]) == ("ZeroDivisionError: division by zero", 10)
    assert there["a/ends.py"]["status"] == 1
    log = view["log"]
    assert "snippets/a/ends.py&quot;, line 10, in main" in log
    assert "1 / 0" in log
    assert "machinery" not in log
    assert "pyodide" not in log
    assert "future exception was never retrieved" in log.lower()
    view = there["a/syntax.py"]["view"]
    assert view["error"].startswith("SyntaxError")
    assert view["line"] == 2


@pytest.mark.slow
def test_what_goes_round_the_streams_is_seen(there: dict[str, dict[str, Any]]) -> None:
    """As does what the interpreter says when the program is over."""
    assert stdout_of(there["a/direct.py"]["events"]) == "first\nsecond\nlast"


@pytest.mark.slow
def test_sleeping_takes_time_but_no_cpu(there: dict[str, dict[str, Any]]) -> None:
    """As anywhere else: time.sleep holds the loop, and the clock of CPU time stands still."""
    assert stdout_of(there["a/ends.py"]["events"]) == "0.5 0.0"


@pytest.mark.slow
def test_a_thread_cant_be_started_and_the_page_is_told(there: dict[str, dict[str, Any]]) -> None:
    """No input, no arguments, no threads."""
    assert stdout_of(there["a/thread.py"]["events"]) == "['/snippets/a/thread.py'] True"
    assert there["a/thread.py"]["view"]["no_threads"]


STOPPED = """\
["start", 1.0, 0.1, "3.14.2", 1.0, 0.0]
["lane", "1:1", "MainThread", "thread", null, 1.0, "<module>", true]
["open", "1:1", null, 1.0, 1.0]
["lane", "1:2", "main", "task", "1:1", 1.001, "main", true]
["segment", "1:1", null, 1.0, 1.0, 1.001, 0.001, null, null, []]
["open", null, null, 1.001, 1.001]
["open", "1:2", null, 1.001, 1.002]
["segment", "1:2", null, 1.001, 1.002, 1.003, null, 7, "sleep", []]
"""
AGAIN = '["open", "1:2", 1.2, 1.2, 1.2]\n'


@pytest.mark.parametrize(
    ("events", "words"),
    [
        (STOPPED, "holds the loop once, 1.0 ms; suspended 1.00 s (sleep, line 7)"),
        (STOPPED + AGAIN, "holds the loop 2 times, 0.80 s in all"),
        (STOPPED.partition('["open", null')[0], "at work 1.00 s, 100 % of it on a CPU"),
    ],
)
def test_a_stopped_loop_is_drawn_as_holding_the_loop(events: str, words: str) -> None:
    """A stretch that has begun and never ends; who waits for something is not taken for one."""
    asked: dict[str, Any] = {"name": "a/a.py", "source": "", "language": "en", "status": 0}
    view = json.loads(worker.view(events=events, **asked, stopped=1.0))
    assert view["total"] == 1000
    assert words in view["words"].replace("\xa0", " ")


def test_nothing_recorded_comes_after_the_end() -> None:
    """A page that was busy counts too few seconds until the stop."""
    line = '["line", 1.3, "stdout", "main", "1:2", 7, "late"]\n'
    asked: dict[str, Any] = {"name": "a/a.py", "source": "", "language": "en", "status": 0}
    view = json.loads(worker.view(events=STOPPED + AGAIN + line, **asked, stopped=0.1))
    assert view["total"] == 300
    assert "holds the loop 2 times, 0.10 s in all" in view["words"].replace("\xa0", " ")


# Which programs


def a_run(*lanes: tuple[str, str]) -> Run:
    """Return a run with a main task and lanes of these kinds and names."""
    others = [Lane(i, name, kind, 1, 0, 1, "done") for i, (kind, name) in enumerate(lanes, 2)]  # type: ignore[arg-type]
    return Run(
        "a.py", "3.14", 0, 1, 0, None, lanes=(Lane(1, "main", "task", None, 0, 1, "done"), *others)
    )


def snippet_of(source: str) -> Snippet:
    """Return a program as if it were saved."""
    return parse_snippet("a/a.py", ROOT / "snippets/a/a.py", source.encode())


@pytest.mark.parametrize(
    ("source", "lanes", "why"),
    [
        ("import asyncio", [], ""),
        ("import asyncio, time", [("thread", "MainThread")], ""),
        ("import helpers", [("thread", "pool_0")], "it starts threads"),
        ("", [("process", "Process-1")], "it starts processes"),
        ("import asyncio\nasyncio.to_thread(print)", [], "it starts threads"),
        ("from concurrent.futures import Future", [], "it starts threads"),
        ("from asyncio import start_server", [], "it opens sockets"),
        ("import urllib.request", [], "it opens sockets"),
        ("import signal", [], "it handles signals"),
        ("import tracemalloc", [], "it measures the machine"),
        ("# /// script\n# dependencies = ['httpx']\n# ///\n", [], "it needs httpx"),
        ("# /// script\n# requires-python = '>=3.99'\n# ///\n", [], "it needs Python >=3.99"),
        ("# /// script\n# requires-python = '<3.14'\n# ///\n", [], "it needs Python <3.14"),
        (
            "# /// script\n# [tool.stopwatch]\n# trace = false\n# ///\n",
            [],
            "it measures the machine",
        ),
        ("# /// script\n# [tool.stopwatch]\n# standin = []\n# ///\n", [], "it needs HTTP"),
    ],
)
def test_what_the_page_cant_run_it_says_why(
    source: str, lanes: list[tuple[str, str]], why: str
) -> None:
    """Threads, processes, sockets, signals, packages, another Python; all else it runs."""
    assert why_not(snippet_of(source), a_run(*lanes)) == why
    assert bool(why_not(snippet_of(source), a_run(*lanes), "zh")) == bool(why)


def test_how_to_run_it_elsewhere() -> None:
    """With uv, which installs what it needs; what talks to the stand-in takes a checkout."""
    assert local_command(snippet_of("import threading")) == "uv run a.py"
    assert local_command(snippet_of("# /// script\n# dependencies = ['openai']\n# ///\n")) == ""


# How it is had


def test_the_registry_is_npms_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """From the environment, else as npm is configured, else the public one."""
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/npm/")
    assert pyodide._registry() == "http://127.0.0.1:9/npm"
    monkeypatch.delenv("npm_config_registry")
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert pyodide._registry() == "https://registry.npmjs.org"


def test_without_a_network_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line; nothing is left in the cache."""
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    with pytest.raises(pyodide.PyodideError, match=r"the npm registry did not give it: .*refused"):
        pyodide.fetch(tmp_path)
    assert pyodide.load(tmp_path) is None
    assert not list(tmp_path.rglob("*.*"))


def test_what_has_another_hash_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither from the registry nor from the cache."""
    path = tmp_path / f"pyodide/-/pyodide-{pyodide.VERSION}.tgz"
    path.parent.mkdir(parents=True)
    with tarfile.open(path, "w:gz") as package:
        package.add(__file__, "package/pyodide.mjs")
    monkeypatch.setenv("npm_config_registry", tmp_path.as_uri())
    with pytest.raises(pyodide.PyodideError, match="another hash"):
        pyodide.fetch(tmp_path)
    kept = tmp_path / f".cache/pyodide-{pyodide.VERSION}"
    kept.mkdir(parents=True)
    for name in pyodide._SHA256:
        (kept / name).write_text("damaged")
    with pytest.raises(pyodide.PyodideError, match="another hash"):
        pyodide.fetch(tmp_path)
    assert pyodide.load(tmp_path) is None


def test_the_site_is_built_without_it(tmp_path: Path) -> None:
    """The build says so in one line; there is no button, and nothing else is different."""
    root = make_small_site(tmp_path)
    unreachable = {"RUN_HERE": "true", "npm_config_registry": "http://127.0.0.1:9"}
    status, output = build(root, "--strict", **unreachable)
    assert status == 0, output
    [line] = [line for line in output.splitlines() if "Pyodide" in line]
    assert "Programs can't be run in the page: no Pyodide" in line
    without = contents(root / "site")
    assert b'data-sw="edit"' not in without["start/first/index.html"]
    assert not [name for name in without if name.startswith("python/")]
    assert build(root, "--strict", RUN_HERE="false") == (0, ANY)
    pages = {name for name in without if name.endswith("first/index.html")}
    again = contents(root / "site")
    assert {name: again[name] for name in pages} == {name: without[name] for name in pages}


def test_the_browser_gets_standard_library_code_alone() -> None:
    """What runs in there imports nothing that isn't there."""
    _, text = pyodide.sources()
    files = json.loads(text)
    assert {"stopwatch/worker.py", "stopwatch/trace/loops.py"} <= set(files)
    command = [sys.executable, "-I", "-S", "-c", _IMPORT_ALL]
    answer = subprocess.run(command, input=text, text=True, capture_output=True, check=False)
    assert answer.returncode == 0, answer.stderr


_IMPORT_ALL = """
import importlib, json, pathlib, sys, tempfile
folder = tempfile.TemporaryDirectory()
for name, text in json.load(sys.stdin).items():
    path = pathlib.Path(folder.name, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
sys.path.append(folder.name)
import stopwatch.worker
"""
