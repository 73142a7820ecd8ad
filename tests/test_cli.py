"""The command line tells what it can't do in one line, and never with a traceback."""

from __future__ import annotations

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
