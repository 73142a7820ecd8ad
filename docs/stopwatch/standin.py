"""Start and stop the LLM stand-in server for the programs that talk to one."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import IO

from stopwatch.processes import MARK, FreshProcess, Process, Start, Warm, WarmDied, kill_group
from stopwatch.recording import minimal_environment, read_lines
from stopwatch.workplace import workplace

_READY = re.compile(r"http://127\.0\.0\.1:\d+")
_START_WITHIN = 20.0  # s; importing aiohttp on a loaded machine


class StandinError(Exception):
    """The stand-in did not start; the message holds what it said."""


@asynccontextmanager
async def standin(
    root: Path, options: tuple[str, ...] = (), warm: Warm | None = None
) -> AsyncIterator[dict[str, str]]:
    """Run ``snippets/llm/standin.py`` on a free loopback port; yield the variables that lead to it.

    With ``warm`` it is a fork of that interpreter. With ``STOPWATCH_LIVE=1`` in the environment
    nothing is started and the host's own variables are handed on, so that the programs talk to a
    real service. Raises StandinError.
    """
    if os.environ.get("STOPWATCH_LIVE") == "1":
        yield live_environment()
        return
    with workplace() as folder:
        start = Start(
            program=str(root / "snippets" / "llm" / "standin.py"),
            arguments=("--port", "0", *options),
            events="",
            folder=str(root),
            environment={**minimal_environment(Path.home()), MARK: str(folder)},
        )
        process = await _start(start, warm)
        ended = asyncio.create_task(process.ended())
        listeners = list[asyncio.Task[None]]()
        try:
            yield environment_for(await _address(process, ended, listeners))
        finally:
            await _stop(process, ended)
            for listener in listeners:
                listener.cancel()


async def _start(start: Start, warm: Warm | None) -> Process:
    if warm is not None:
        with suppress(WarmDied):
            return await warm.start(start)
    return FreshProcess(start)


async def _stop(process: Process, ended: asyncio.Task[tuple[int, float]]) -> None:
    """Kill it: it has nothing to put in order."""
    # If it was forked, and what it was forked from is gone, nobody can tell whether it has ended.
    if not ended.done() or ended.exception():
        kill_group(process.pid)
    await asyncio.wait([ended])


async def _address(
    process: Process, ended: asyncio.Task[tuple[int, float]], listeners: list[asyncio.Task[None]]
) -> str:
    """Return the address that a stand-in says it serves at; listen to it as long as it lives."""
    said = list[str]()
    address = asyncio.get_running_loop().create_future()

    async def listen(pipe: IO[bytes]) -> None:
        async for _, line in read_lines(pipe):
            said.append(line.decode("utf-8", "replace"))
            if (match := _READY.search(said[-1])) and not address.done():
                address.set_result(match[0])

    listeners += [asyncio.create_task(listen(pipe)) for pipe in (process.stdout, process.stderr)]
    await asyncio.wait([address, ended], timeout=_START_WITHIN, return_when=asyncio.FIRST_COMPLETED)
    if not address.done():
        if not ended.done():
            said.append(f"(nothing more within {_START_WITHIN:g} s)")
        await asyncio.wait(listeners, timeout=1)
    if not address.done():
        text = "\n".join(said) or "(it said nothing)"
        raise StandinError(f"the LLM stand-in (snippets/llm/standin.py) did not start:\n{text}")
    return str(address.result())


async def answers(environment: dict[str, str]) -> bool:
    """Tell whether the server that these variables lead to still accepts connections."""
    address = environment.get("ANTHROPIC_BASE_URL", "")
    if not _READY.fullmatch(address):
        return True  # A real service: not ours to watch.
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
    except OSError:
        return False
    writer.close()
    return True


def environment_for(address: str) -> dict[str, str]:
    """Return the variables that make the OpenAI and Anthropic SDKs talk to that address."""
    return {
        "OPENAI_BASE_URL": f"{address}/v1",
        "OPENAI_API_KEY": "stand-in",
        "ANTHROPIC_BASE_URL": address,
        "ANTHROPIC_API_KEY": "stand-in",
        "CHAT_MODEL": "stand-in",
    }


def live_environment() -> dict[str, str]:
    """Return the host's own variables for a real service, when it was asked for."""
    prefixes = ("OPENAI_", "ANTHROPIC_")
    return {
        name: value
        for name, value in os.environ.items()
        if name == "CHAT_MODEL" or name.startswith(prefixes)
    }
