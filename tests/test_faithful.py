"""Every snippet says the same with and without the tracer, on every Python at hand."""

from __future__ import annotations

import asyncio
import contextlib
import difflib
import functools
import re
import sys
import tempfile
from pathlib import Path

import pytest

from stopwatch.interpreters import pythons
from stopwatch.recording import Launch, minimal_environment, record_program
from stopwatch.snippets import Snippet
from stopwatch.standin import standin
from tests.conftest import ROOT, SNIPPETS

# What a program prints of these differs from run to run, tracer or not.
_VARYING = re.compile(
    r"0x[0-9a-f]+|\d+(?:\.\d+)? ?(?:ms|s|µs|kB|MB|%)\b|\d{2}:\d{2}:\d{2}\.\d+|\d+\.\d+|\d+ ms"
)
_LIBRARY = re.compile(r"/[^\s\"']*/lib/python3\.\d+t?/(?:site-packages/)?")
_AT_ONCE = 4
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


async def traced(snippet: Snippet, python: str, environment: dict[str, str]) -> Said:
    """Run it under the tracer, in a fresh interpreter."""
    run = await record_program(
        Launch(snippet.path, snippet.name, environment=environment, interpreter=python)
    )
    assert run.error is None
    return run.exit, comparable(run.stdout, snippet), comparable(run.stderr, snippet)


@functools.cache
def both_ways(python: str) -> dict[str, tuple[Said, Said]]:
    """Run every snippet that this Python can run, plainly and traced."""
    return asyncio.run(_all(python))


async def _all(python: str) -> dict[str, tuple[Said, Said]]:
    said: dict[str, tuple[Said, Said]] = {}
    room = asyncio.Semaphore(_AT_ONCE)

    async def one(snippet: Snippet) -> None:
        async with room, contextlib.AsyncExitStack() as stack:
            environment: dict[str, str] = {}
            if snippet.standin is not None:
                server = standin(ROOT, snippet.standin)
                environment = await stack.enter_async_context(server)
            plain = await plainly(snippet, python, environment)
            if snippet.standin:  # It counts its requests: a new one for the second run.
                environment = await stack.enter_async_context(standin(ROOT, snippet.standin))
            said[snippet.name] = plain, await traced(snippet, python, environment)

    async with asyncio.TaskGroup() as group:
        for snippet in SNIPPETS:
            if fits(snippet, python):
                group.create_task(one(snippet))
    return said


def fits(snippet: Snippet, python: str) -> bool:
    """Tell whether a Python can run a snippet: new enough, and its packages are there."""
    if snippet.settings.interpreter:
        return False
    if python == sys.executable:
        return snippet.runs_on()
    minor = next(minor for minor, path in PYTHONS if path == python)
    return snippet.runs_on((3, minor, 999)) and not snippet.dependencies


PYTHONS = [(sys.version_info.minor, sys.executable), *pythons()]


@pytest.mark.parametrize("python", [p for _, p in PYTHONS], ids=[f"3.{m}" for m, _ in PYTHONS])
def test_every_snippet_says_the_same_with_and_without_the_tracer(python: str) -> None:
    """Same status, same stdout, same stderr and tracebacks, times aside."""
    different = []
    for name, (plain, recorded) in sorted(both_ways(python).items()):
        if plain != recorded:
            before, after = (f"{said[0]}\n{said[1]}\n{said[2]}" for said in (plain, recorded))
            lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=1)
            different.append(f"{name}:\n" + "\n".join(lines))
    assert not different, "\n\n".join(different)
