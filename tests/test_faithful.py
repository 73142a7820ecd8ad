"""Every snippet says the same with and without the tracer, on every Python at hand."""

from __future__ import annotations

import asyncio
import contextlib
import difflib
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

import pytest

from stopwatch.interpreters import interpreter_for, pythons
from stopwatch.model import Run
from stopwatch.recording import Launch, minimal_environment, record_program
from stopwatch.runner import Result
from stopwatch.snippets import Snippet
from stopwatch.standin import standin
from tests.conftest import ROOT, SNIPPETS

pytestmark = pytest.mark.kept("snippets")

# What a program prints of these differs from run to run, tracer or not.
_VARYING = re.compile(
    r"0x[0-9a-f]+|\d+%|\d+(?:\.\d+)? ?(?:ms|s|µs|kB|MB|%)\b|\d{2}:\d{2}:\d{2}\.\d+|\d+\.\d+|\d+ ms"
)
_LIBRARY = re.compile(r"/[^\s\"']*/lib/python3\.\d+t?/(?:site-packages/)?")
_AT_ONCE = 8
_FEW = 5
PYTHONS = dict(pythons())
Said = tuple[int, str, str]


def comparable(text: str, snippet: Snippet) -> str:
    """Take out of a text what differs from run to run: times, sizes, addresses, folders."""
    text = _LIBRARY.sub("", text).replace("site-packages/", "")
    text = text.replace(str(snippet.path), f"snippets/{snippet.name}")
    return _VARYING.sub("#", text).rstrip("\n")


async def plainly(snippet: Snippet, python: str, environment: dict[str, str]) -> Said:
    """Run a program as a reader would: its status, stdout and stderr."""
    with tempfile.TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(
            python, str(snippet.path),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=folder,
            env={**minimal_environment(Path(folder)), **environment},
        )  # fmt: skip
        out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, comparable(out.decode(), snippet), comparable(err.decode(), snippet)


def said_by(run: Run, snippet: Snippet) -> Said:
    """Return what a recorded program said: its status, stdout and stderr."""
    assert run.error is None
    return run.exit, comparable(run.stdout, snippet), comparable(run.stderr, snippet)


async def side_by_side(
    snippets: Iterable[Snippet], say: Callable[[Snippet, dict[str, str]], Awaitable[Said]]
) -> dict[str, Said]:
    """Run snippets, several at a time, each with a stand-in of its own."""
    said: dict[str, Said] = {}
    chosen = list(snippets)
    room = asyncio.Semaphore(_AT_ONCE if len(chosen) > _FEW else 1)

    async def one(snippet: Snippet) -> None:
        async with room, contextlib.AsyncExitStack() as stack:
            environment: dict[str, str] = {}
            if snippet.standin is not None:  # It counts its requests.
                environment = await stack.enter_async_context(standin(ROOT, snippet.standin))
            said[snippet.name] = await say(snippet, environment)

    async with asyncio.TaskGroup() as group:
        for snippet in chosen:
            group.create_task(one(snippet))
    return said


def all_plainly(snippets: Iterable[Snippet], python: str) -> dict[str, Said]:
    """Run snippets as a reader would."""
    return asyncio.run(
        side_by_side(snippets, lambda snippet, environment: plainly(snippet, python, environment))
    )


def all_traced(snippets: Iterable[Snippet], python: str) -> dict[str, Said]:
    """Run snippets under the tracer, in fresh interpreters."""

    async def traced(snippet: Snippet, environment: dict[str, str]) -> Said:
        launch = Launch(snippet.path, snippet.name, environment=environment, interpreter=python)
        return said_by(await record_program(launch), snippet)

    return asyncio.run(side_by_side(snippets, traced))


def differing(plain: dict[str, Said], recorded: dict[str, Said]) -> dict[str, str]:
    """Return a diff for each program, by its name, that says something else when recorded."""
    found = {}
    for name in sorted(plain):
        if plain[name] != recorded[name]:
            texts = (f"{said[0]}\n{said[1]}\n{said[2]}" for said in (plain[name], recorded[name]))
            before, after = (text.splitlines() for text in texts)
            lines = difflib.unified_diff(before, after, lineterm="", n=1)
            found[name] = f"{name}:\n" + "\n".join(lines)
    return found


def second_chance(found: Iterable[str], python: str) -> dict[str, str]:
    """Run programs again both ways: two lines that are due at the same moment may swap places."""
    again = [snippet for snippet in SNIPPETS if snippet.name in found]
    return differing(all_plainly(again, python), all_traced(again, python))


@pytest.mark.parametrize(
    "packages", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["plain", "packages"]
)
def test_every_page_shows_what_the_program_says_without_the_tracer(
    results: dict[str, Result], packages: bool
) -> None:
    """Same status, same stdout, same stderr and tracebacks, times aside."""
    recorded = {
        result.snippet.name: said_by(result.run, result.snippet)
        for result in results.values()
        if result.run
        and interpreter_for(result.snippet) == sys.executable
        and bool(result.snippet.packages) == packages
    }
    assert len(recorded) > 30
    chosen = [result.snippet for name, result in results.items() if name in recorded]
    found = differing(all_plainly(chosen, sys.executable), recorded)
    again = second_chance(found, sys.executable)
    assert not again, "\n\n".join(again.values())


@pytest.mark.slow
@pytest.mark.parametrize("minor", PYTHONS, ids=lambda minor: f"3.{minor}")
def test_every_snippet_says_the_same_with_and_without_the_tracer(minor: int) -> None:
    """On every other Python at hand, too; without packages, which it need not have."""
    python = PYTHONS[minor]
    chosen = [
        snippet
        for snippet in SNIPPETS
        if snippet.runs_on((3, minor, 999))
        and not (snippet.dependencies or snippet.settings.interpreter)
    ]
    found = differing(all_plainly(chosen, python), all_traced(chosen, python))
    again = second_chance(found, python)
    assert not again, "\n\n".join(again.values())
