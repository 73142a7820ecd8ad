"""Run the code cells of a notebook in a kernel of their own, and return their outputs.

The kernel belongs to a child process (this module as a program), which a lab shares nothing with
but a folder: the build imports nothing of Jupyter, and whatever a cell starts ends with its run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from stopwatch.model import Line, Run
from stopwatch.privacy import scrub
from stopwatch.processes import MARK, kill_group, strays
from stopwatch.recording import minimal_environment
from stopwatch.workplace import workplace

Json = dict[str, Any]

SOURCE = Path(__file__).read_text("utf-8")
_QUIET = 0.15  # of all processors, in use by others
TIMEOUT = 90.0  # s for a whole lab; each is meant to take less than 20


class CellFailed(Exception):  # noqa: N818 (what failed is the cell)
    """A cell raised, or its kernel ended or took too long; ``cell`` counts from 0."""

    def __init__(self, message: str, cell: int | None) -> None:
        super().__init__(message)
        self.cell = cell


@dataclass(frozen=True)
class Executed:
    """What a notebook's code cells put out, each its list, and how much others disturbed them.

    ``disturbance`` is the share of all processors that was at work for somebody else meanwhile.
    """

    outputs: list[list[Json]]
    disturbance: float = 0.0

    @property
    def disturbed(self) -> bool:
        """Whether its times are to be taken with care."""
        return self.disturbance > _QUIET


def execute(cells: Sequence[str], lab: Path, *, timeout: float = TIMEOUT) -> Executed:
    """Run code cells in a fresh folder. Raises CellFailed.

    The cells see as little of the machine as a program under snippets/ does, and so do readers:
    ``lab`` is the file whose path no output shall tell.
    """
    with workplace() as folder:
        work, home = folder / "work", folder / "home"
        work.mkdir()
        home.mkdir()
        asked, answered = folder / "cells.json", folder / "outputs.json"
        asked.write_text(json.dumps(list(cells)), "utf-8")
        before = _processors()
        error = _run([str(asked), str(answered)], work, home, timeout)
        disturbance = _others(before, _processors())
        try:
            answer = json.loads(answered.read_text("utf-8"))
        except OSError:
            raise CellFailed(error or "its kernel did not start", None) from None
        answer = _scrub(_scrub(answer, lab, work), lab, home)
    if answer["failed"] is not None or error:
        raise CellFailed(error or answer["message"], answer["failed"])
    return Executed(answer["outputs"], disturbance)


def _run(arguments: list[str], work: Path, home: Path, timeout: float) -> str | None:
    """Run the child to its end, leave nothing of it, and return what went wrong."""
    mark, since = str(work.parent), monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "stopwatch.kernel", *arguments],
        cwd=work,
        env={**minimal_environment(home), MARK: mark},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    complaint, in_time = "", True
    try:
        _, complaint = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        in_time = False
    finally:
        for group in {process.pid, *strays(process.pid, mark, since)}:
            kill_group(group)
        process.communicate()
    if not in_time:
        return f"did not end within {timeout:g} s and was killed"
    return None if process.returncode == 0 else (complaint.strip().splitlines() or ["?"])[-1]


def wait_for_quiet(patience: float) -> bool:
    """Wait until others leave the processors alone, for ``patience`` (s); tell whether they did."""
    deadline = monotonic() + patience
    while monotonic() < deadline:
        before = _processors()
        sleep(0.5)
        if _others(before, _processors()) < _QUIET / 2:
            return True
    return False


def _processors() -> tuple[float, float, float]:
    """Return seconds of all processors: at work, at work for our children, and in all."""
    stat = Path("/proc/stat")
    if not stat.exists():
        return 0.0, 0.0, 0.0
    ticks = [int(number) / os.sysconf("SC_CLK_TCK") for number in stat.read_text().split()[1:9]]
    idle = ticks[3] + ticks[4]
    times = os.times()
    return sum(ticks) - idle, times.children_user + times.children_system, sum(ticks)


def _others(before: tuple[float, float, float], after: tuple[float, float, float]) -> float:
    """Return the share of all processors that worked for others; 0 where nobody tells."""
    busy, ours, total = (b - a for a, b in zip(before, after, strict=True))
    return max(0.0, busy - ours) / total if total else 0.0


def _scrub(answer: Any, lab: Path, folder: Path) -> Any:
    """Return an answer without what it tells of this machine and of a folder on it."""
    text = json.dumps(answer, ensure_ascii=False)
    run = Run(lab.name, "", 0.0, 0.0, 0, None, (Line(0.0, "stdout", "", text),))
    return json.loads(scrub(run, lab, sys.executable, folder, public=True).output[0].text)


# What a notebook is made of


def code_cell(source: str, outputs: Sequence[Json] = (), **more: Any) -> Json:
    """Return a code cell as JSON."""
    count = next((o["execution_count"] for o in outputs if "execution_count" in o), None)
    cell: Json = {"cell_type": "code", "execution_count": count, "metadata": {}, "source": source}
    return {**cell, "outputs": list(outputs), **more}


def as_notebook(cells: Sequence[Json], **metadata: Any) -> Json:
    """Return a notebook of these cells as JSON."""
    kernelspec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    about = {"kernelspec": kernelspec, "language_info": {"name": "python"}, **metadata}
    numbered = [{"id": f"cell-{number}", **cell} for number, cell in enumerate(cells)]
    return {"cells": numbered, "metadata": about, "nbformat": 4, "nbformat_minor": 5}


# The child


def main(asked: str, answered: str) -> None:
    """Run the cells in the file ``asked``; after each, ``answered`` holds all that came so far."""
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, DeadKernelError
    from nbformat import from_dict

    sources = json.loads(Path(asked).read_text("utf-8"))
    notebook = from_dict(as_notebook([code_cell(source) for source in sources]))  # type: ignore[no-untyped-call]
    cells = notebook.cells
    running = 0

    def answer(message: str | None = None) -> None:
        outputs = [cell.outputs for cell in cells]
        failed = None if message is None else running
        text = json.dumps({"outputs": outputs, "failed": failed, "message": message})
        whole = Path(f"{answered}.new")
        whole.write_text(text, "utf-8")
        whole.replace(answered)

    def begin(cell_index: int, **_: Any) -> None:
        nonlocal running
        running = cell_index
        answer("did not end")

    # This very Python, whatever kernels the machine knows of.
    manager = AsyncKernelManager()
    manager._kernel_spec = KernelSpec(  # noqa: SLF001 (there is no other way to hand one over)
        argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        language="python",
    )
    client = NotebookClient(
        notebook,
        manager,
        timeout=None,
        startup_timeout=60,
        coalesce_streams=True,
        record_timing=False,
        on_cell_execute=begin,
    )
    client.owns_km = True  # and so it ends the kernel
    try:
        client.execute()
    except CellExecutionError as error:
        answer(f"{error.ename}: {error.evalue}")
    except DeadKernelError:
        answer("its kernel died")
    else:
        answer()


if __name__ == "__main__":
    main(*sys.argv[1:])
