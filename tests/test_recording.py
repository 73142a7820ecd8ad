"""Programs that misbehave: each is stopped, named, and leaves nothing behind."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from stopwatch.recording import minimal_environment
from tests.programs import record_text

pytestmark = pytest.mark.kept()


def processes_with(text: str) -> list[str]:
    """Return the command lines of running processes that contain a text."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = entry.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if text in command:
            found.append(command)
    return found


def test_a_hang_is_killed_and_what_it_did_is_kept(tmp_path: Path) -> None:
    """A program past its time limit is killed; its output up to then is in the run."""
    run = record_text(tmp_path, "print('here')\nwhile True: pass", timeout=1)
    assert run.error == "did not end within 1 s and was killed"
    assert run.stdout == "here"
    assert run.exit == -9


def test_what_delayed_the_first_lines_is_noted(tmp_path: Path) -> None:
    """For each of the first fifty: when, and for how long the machine had kept it until then."""
    run = record_text(tmp_path, "for n in range(60): print(n)")
    assert len(run.delays) == 50
    for line, (at, _) in zip(run.output, run.delays, strict=False):
        assert line.t <= at <= line.t + 50
    delays = [delayed for _, delayed in run.delays]
    assert delays == sorted(delays)
    assert delays[-1] <= run.delayed + 0.001


def test_a_flood_is_stopped(tmp_path: Path) -> None:
    """A program that prints without end is killed after the output limit, not the time limit."""
    run = record_text(tmp_path, "while True: print('flood')", timeout=20)
    assert run.error
    assert "printed without end" in run.error
    assert len(run.output) <= 5_000
    assert run.total < 10_000


def test_a_flood_past_python_is_stopped_too(tmp_path: Path) -> None:
    """The limit holds for what goes straight to the descriptor."""
    run = record_text(tmp_path, "import os\nwhile True: os.write(1, b'flood\\n')", timeout=20)
    assert run.error
    assert "printed without end" in run.error


def test_bytes_that_are_no_text_are_an_error(tmp_path: Path) -> None:
    """Output that isn't UTF-8 is said to be so, and shown escaped."""
    run = record_text(tmp_path, r"import sys; sys.stdout.buffer.write(b'\xff\xfe\n')")
    assert run.error == r"wrote bytes that are not UTF-8 to stdout: b'\xff\xfe'"
    assert run.stdout == r"\xff\xfe"


@pytest.mark.parametrize("session", [False, True], ids=["child", "daemon"])
def test_what_a_program_leaves_behind_is_killed(tmp_path: Path, session: bool) -> None:
    """A child that outlives its program is an error, even if it left the process group."""
    marker = f"{60 + os.getpid() / 1e7:.7f}"
    run = record_text(
        tmp_path,
        f"""
        import subprocess
        subprocess.Popen(["sleep", "{marker}"], start_new_session={session})
        print("bye")
        """,
    )
    assert run.error == "left a process running after its end, which was killed"
    assert not processes_with(marker)


def test_a_fork_bomb_that_ignores_sigterm_is_killed_whole(tmp_path: Path) -> None:
    """A time limit ends the program's children as well, whatever signals they ignore."""
    marker = f"{61 + os.getpid() / 1e7:.7f}"
    run = record_text(
        tmp_path,
        f"""
        import signal, subprocess, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for _ in range(3):
            subprocess.Popen(["sleep", "{marker}"])
        time.sleep(60)
        """,
        timeout=1,
    )
    assert run.error
    assert "did not end" in run.error
    assert not processes_with(marker)


def test_a_closed_stdout_is_the_programs_own_business(tmp_path: Path) -> None:
    """A program may close its streams and still end well."""
    run = record_text(tmp_path, "import sys, os\nprint('a')\nsys.stdout.close()\nos.close(2)")
    assert (run.exit, run.error, run.stdout) == (0, None, "a")


def test_a_patched_clock_doesnt_reach_the_recorder(tmp_path: Path) -> None:
    """A program that replaces time's functions is still measured by the real clock."""
    run = record_text(
        tmp_path,
        """
        import time
        sleep = time.sleep
        time.perf_counter = time.monotonic = time.time = lambda: 0.0
        time.sleep = lambda seconds: None
        sleep(0.05)
        print("slept")
        """,
    )
    assert run.line_at("slept").t >= 50


def test_a_program_sees_little_of_the_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a short list of variables reaches a program, and stdin is empty."""
    monkeypatch.setenv("SECRET_TOKEN", "hunter2-planted")
    run = record_text(
        tmp_path,
        """
        import os, sys
        print(sorted(os.environ))
        print(repr(sys.stdin.read()))
        print(os.getcwd())
        """,
    )
    allowed = {*minimal_environment(Path("x")), "STOPWATCH_RUN", "LC_CTYPE"}
    seen = set(eval(run.output[0].text))
    assert seen <= allowed
    assert run.output[1].text == "''"
    assert run.output[2].text == "/tmp/work"


def test_paths_and_secrets_dont_reach_a_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Folders of this machine and values of secret variables are replaced in the output."""
    monkeypatch.setenv("SERVICE_API_KEY", "sk-planted-0123456789")
    run = record_text(
        tmp_path,
        """
        import sys, json
        print(__file__, json.__file__, sys.executable)
        print("sk-planted-0123456789")
        raise ValueError("x")
        """,
    )
    text = run.stdout + run.stderr
    for secret in (str(tmp_path), str(Path.home()) + "/", sys_lib(), "sk-planted"):
        assert secret not in text
    assert 'File "program.py"' in run.stderr


def sys_lib() -> str:
    """Return the folder of the standard library."""
    return str(Path(os.__file__).parent)


def test_an_unusable_interpreter_says_so(tmp_path: Path) -> None:
    """A missing interpreter is an OSError with its name, not a hang."""
    with pytest.raises(OSError, match="no-such-python"):
        record_text(tmp_path, "print(1)", interpreter=str(tmp_path / "no-such-python"))


def test_nothing_of_a_run_stays_in_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program's folder and its recording are gone when the run is done."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    record_text(tmp_path, "open('mess', 'w').write('x')")
    assert list(folder.iterdir()) == []


def test_warm_and_fresh_agree(tmp_path: Path) -> None:
    """A program's total is that of its work: imports, fast or slow, are not in it."""
    source = "import {modules}\nimport time\ntime.sleep(0.2)"
    light = record_text(tmp_path, source.format(modules="time"))
    started = time.perf_counter()
    heavy = record_text(tmp_path, source.format(modules="aiohttp"))
    assert heavy.imports > 3 * light.imports or heavy.imports > 100
    assert abs(heavy.total - light.total) < 0.15 * light.total
    assert heavy.total < 1000 * (time.perf_counter() - started)
