"""The command line runs any program, and tells what it can't do in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from stopwatch import __main__ as cli


def test_a_program_that_no_python_here_can_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says which Python it would need."""
    monkeypatch.setattr(cli, "interpreter_for", lambda snippet: None)
    assert cli.main(["run", "free_threading/without_gil.py"]) == 2
    said = capsys.readouterr().err
    assert said == (
        "stopwatch: free_threading/without_gil.py needs a free-threaded Python >=3.13, "
        "and there is none here\n"
    )


def test_a_program_that_is_killed_has_a_shells_status(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """128 and the signal, as a script that calls us would see it without us."""
    program = tmp_path / "killed.py"
    program.write_text("import os, signal\nos.kill(os.getpid(), signal.SIGTERM)")
    assert cli.main(["run", str(program)]) == 143
    assert capsys.readouterr().err == ""


def test_a_log_that_is_cut_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Past the limits a program of the reader's runs on, and what isn't shown is counted."""
    program = tmp_path / "long.py"
    program.write_text("for number in range(5_100):\n    print(number)")
    assert cli.main(["run", str(program)]) == 0
    said = capsys.readouterr().out
    assert " 4999\n" in said
    assert " 5000\n" not in said
    assert "events left out" in said


@pytest.mark.parametrize(
    ("option", "place", "said"),
    [
        ("--html", "none/out.html", "there is no folder"),
        ("--trace", "", "is a folder; name a file in it"),
    ],
)
def test_a_place_that_cant_be_written_is_told_before_the_program_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, place: str, said: str
) -> None:
    """A long run isn't made for nothing."""
    program = tmp_path / "program.py"
    program.write_text("print('ran')")
    assert cli.main(["run", str(program), option, str(tmp_path / place)]) == 2
    out, err = capsys.readouterr()
    assert said in err
    assert "ran" not in out
