"""What can go wrong around a recording: what survives, what is said, and that nothing is left."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from io import StringIO
from pathlib import Path

import pytest

from stopwatch import processes, runner
from stopwatch.cache import CacheError
from stopwatch.processes import Warm, import_statement
from stopwatch.progress import progress
from stopwatch.runner import RunsFailed, record, record_all
from stopwatch.snippets import Snippet, find_snippets
from tests.conftest import ROOT
from tests.programs import record_text
from tests.project import make_project
from tests.test_recording import processes_with

pytestmark = pytest.mark.kept("snippets/llm")

SLEEPER = """
import asyncio
print({number})
asyncio.run(asyncio.sleep(0.5))
"""
ASKS = """
# /// script
# dependencies = ["openai"]
# ///
import os, time, urllib.request
time.sleep(0.5)
urllib.request.urlopen(os.environ["OPENAI_BASE_URL"] + "/models").read()
print("answered")
"""


def sleepers(count: int) -> dict[str, str]:
    """Return so many programs that differ."""
    return {f"s{number}": SLEEPER.format(number=number) for number in range(count)}


needs_warm = pytest.mark.skipif(not Warm.is_possible(), reason="a warm interpreter needs Linux")

# The machinery's own parts fail


@needs_warm
def test_the_warm_interpreter_dies(tmp_path: Path) -> None:
    """The build says so and goes on with fresh interpreters; every run is there."""
    root = make_project(tmp_path, **sleepers(6))
    lines: list[str] = []

    async def main() -> None:
        recording = asyncio.create_task(record(find_snippets(root), root, lines.append))
        while not recording.done() and not _kill_warm():
            await asyncio.sleep(0.05)
        results = await recording
        assert all(result.run and not result.problem for result in results)

    asyncio.run(main())
    assert any("warm interpreter ended" in line for line in lines)


@needs_warm
def test_the_warm_interpreter_never_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Said once; every run is there."""
    monkeypatch.setattr(processes, "import_statement", _broken_when_warm)
    root = make_project(tmp_path, **sleepers(4))
    lines: list[str] = []
    results = record_all(root, lines.append)
    assert all(result.run and not result.problem for result in results)
    assert [line for line in lines if "warm" in line] == [
        "a warm interpreter did not start; going on with fresh ones"
    ]


def _broken_when_warm(module: str, name: str) -> str:
    return "import sys; sys.exit(1); " if module == "warm" else import_statement(module, name)


def _kill_warm() -> list[int]:
    """Kill this process's warm interpreter once it is up, and return its id."""
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            ours = f"PPid:\t{os.getpid()}\n" in entry.with_name("status").read_text()
            if ours and b"import serve" in entry.read_bytes():
                pid = int(entry.parent.name)
                time.sleep(0.3)
                os.kill(pid, signal.SIGKILL)
                return [pid]
        except OSError:
            continue
    return []


def test_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One clear error that names the run, and no half-written file."""
    root = make_project(tmp_path, **sleepers(5))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(CacheError, match=r"the run of page/s\d\.py can't be stored.*No space left"):
        record_all(root)
    assert list((root / ".cache" / "stopwatch").rglob("*.json")) == []
    assert list((root / ".cache" / "stopwatch").rglob(".new-*")) == []


def test_two_builds_share_a_cache(tmp_path: Path) -> None:
    """Both succeed; what both wrote at once is whole."""
    root = make_project(tmp_path, **sleepers(3))

    async def both() -> list[list[runner.Result]]:
        return list(await asyncio.gather(*(record(find_snippets(root), root) for _ in range(2))))

    for results in asyncio.run(both()):
        assert all(result.run and not result.problem for result in results)
    assert all(runner.recall(snippet, root) for snippet in find_snippets(root))


def test_the_stand_in_is_killed_while_it_is_needed(tmp_path: Path) -> None:
    """A new one is started and the program run once more."""
    root = _with_standin(make_project(tmp_path, asks=ASKS))
    lines: list[str] = []

    async def main() -> None:
        recording = asyncio.create_task(record(_asking(root), root, lines.append))
        while not recording.done() and not processes_with("page/asks.py"):
            await asyncio.sleep(0.02)
        os.kill(_servers(root)[0], signal.SIGKILL)
        (result,) = await recording
        assert result.problem is None
        assert result.run
        assert result.run.stdout == "answered"

    asyncio.run(main())
    assert any("stand-in ended" in line for line in lines)
    assert _servers(root) == []


@needs_warm
@pytest.mark.parametrize("dies", [False, True], ids=["lives", "dies"])
def test_forked_stand_ins_are_stopped(tmp_path: Path, *, dies: bool) -> None:
    """Each program has had its own; none is left, though the interpreter they came from may be."""
    programs = {f"asks{n}": ASKS.replace("# ///\nimport", _OWN.format(n)) for n in range(4)}
    root = _with_standin(make_project(tmp_path, **programs))

    async def main() -> None:
        recording = asyncio.create_task(record(_asking(root), root))
        while not recording.done() and len(_working_in(root)) < len(programs):
            await asyncio.sleep(0.02)
        (warm,) = {_parent(pid) for pid in _working_in(root)}
        assert warm != os.getpid()
        if dies:
            os.kill(warm, signal.SIGKILL)
        for result in await recording:
            assert result.run, result.problem
            assert result.run.stdout == "answered"

    asyncio.run(main())
    assert _working_in(root) == []


_OWN = "# [tool.stopwatch]\n# standin = ['--limit', '{}']\n# ///\nimport"


def _working_in(folder: Path) -> list[int]:
    """Return the processes whose folder this is: the stand-ins."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cwd"):
        with suppress(OSError):
            if entry.readlink() == folder:
                found.append(int(entry.parent.name))
    return found


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[1])


def _with_standin(root: Path) -> Path:
    """Give a project the stand-in."""
    folder = root / "snippets" / "llm"
    folder.mkdir()
    folder.joinpath("standin.py").write_bytes((ROOT / "snippets/llm/standin.py").read_bytes())
    return root


def _asking(root: Path) -> list[Snippet]:
    return [s for s in find_snippets(root) if s.settings.run]


def _servers(root: Path) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if str(root / "snippets/llm/standin.py").encode() in entry.read_bytes():
                found.append(int(entry.parent.name))
        except OSError:
            continue
    return found


# Programs misbehave


@needs_warm
def test_a_daemon_that_breaks_all_ties_is_found(tmp_path: Path) -> None:
    """Forked twice, a session of its own, standard streams closed: killed all the same."""
    root = make_project(
        tmp_path,
        daemon="""
            import os, sys, time
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    for descriptor in (0, 1, 2):
                        os.close(descriptor)
                    time.sleep(60)
                os._exit(0)
            time.sleep(0.1)
            print("daemon started")
        """,
        **sleepers(4),
    )
    with pytest.raises(RunsFailed, match="left a process running"):
        record_all(root)
    assert not processes_with(str(tmp_path))


def test_a_program_that_eats_memory_is_stopped(tmp_path: Path) -> None:
    """Past the limit it is killed, with a message that says why."""
    run = record_text(
        tmp_path,
        """
        import time
        hoard = []
        while True:
            hoard.append(b"x" * 50_000_000)
            time.sleep(0.01)
        """,
    )
    assert run.error == "used more than 1 GB of memory and was killed"


def test_a_program_may_change_its_surroundings(tmp_path: Path) -> None:
    """Another folder and another locale change neither the recording nor its neighbours."""
    run = record_text(
        tmp_path,
        """
        import locale, os
        os.chdir("/")
        os.umask(0o777)
        locale.setlocale(locale.LC_ALL, "C")
        print("é, and still here")
        """,
    )
    assert (run.error, run.exit, run.stdout) == (None, 0, "é, and still here")


def test_a_taken_port_is_the_programs_own_error(tmp_path: Path) -> None:
    """The build says which program and quotes its error."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        source = f"import socket\nsocket.create_server(('127.0.0.1', {port}))"
        with pytest.raises(RunsFailed, match=r"page/server\.py: failed with OSError.*in use"):
            record_all(make_project(tmp_path, server=source))


def test_no_clock_that_can_jump_is_used() -> None:
    """Wall-clock time, which jumps, is nowhere read in the machinery, but for a run's day."""
    wall = re.compile(r"\btime\.time\(|datetime\.now\(|from time import .*\btime\b")
    files = (ROOT / "docs" / "stopwatch").rglob("*.py")
    assert [path.name for path in files if wall.search(path.read_text("utf-8"))] == [
        "provenance.py"
    ]


# Ctrl-C


def test_ctrl_c_reaches_a_program_of_the_readers(tmp_path: Path) -> None:
    """The program's clean-up runs and is in the log; nothing of it is left."""
    program = tmp_path / "mine.py"
    program.write_text(
        "import asyncio\n"
        "async def main():\n"
        "    print('up', flush=True)\n"
        "    try:\n"
        "        await asyncio.sleep(60)\n"
        "    finally:\n"
        "        print('cleaned up')\n"
        "asyncio.run(main())\n"
    )
    command = [sys.executable, "-m", "stopwatch", "run", str(program)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for _ in range(200):
        time.sleep(0.05)
        if len(processes_with(str(program))) > 1:
            break
    time.sleep(0.7)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert "cleaned up" in out
    assert "Traceback" not in err
    assert not processes_with(str(program))


# Progress


class Terminal(StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_progress_is_one_moving_line_on_a_terminal() -> None:
    """A bar that fills and then is gone."""
    terminal, plain = Terminal(), list[str]()
    with progress(plain.append, terminal) as tell:
        tell("1/2 page/a.py: 0.10 s")
        tell("2/2 page/b.py: 0.10 s")
    text = terminal.getvalue()
    assert plain == []
    assert "\n" not in text
    assert "█" in text
    assert text.endswith(" \r")


def test_progress_is_plain_lines_elsewhere() -> None:
    """A log gets a line for each program."""
    plain: list[str] = []
    with progress(plain.append, StringIO()) as tell:
        tell("1/1 page/a.py: 0.10 s")
    assert plain == ["1/1 page/a.py: 0.10 s"]
