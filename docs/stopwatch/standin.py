"""Start and stop the LLM stand-in server for the programs that talk to one."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from stopwatch.recording import minimal_environment

_READY = re.compile(r"http://127\.0\.0\.1:\d+")
_START_WITHIN = 20.0  # s; importing aiohttp on a loaded machine


class StandinError(Exception):
    """The stand-in did not start; the message holds what it said."""


@asynccontextmanager
async def standin(root: Path, options: tuple[str, ...] = ()) -> AsyncIterator[dict[str, str]]:
    """Run ``snippets/llm/standin.py`` on a free loopback port; yield the variables that lead to it.

    With ``STOPWATCH_LIVE=1`` in the environment nothing is started and the host's own variables are
    handed on, so that the programs talk to a real service. Raises StandinError.
    """
    if os.environ.get("STOPWATCH_LIVE") == "1":
        yield live_environment()
        return
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(root / "snippets" / "llm" / "standin.py"), "--port", "0", *options,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=minimal_environment(Path.home()),
        start_new_session=True,
    )  # fmt: skip
    try:
        yield environment_for(await _address(process))
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), 3)
            except TimeoutError:
                process.kill()
                await process.wait()


async def _address(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    said = b""
    try:
        async with asyncio.timeout(_START_WITHIN):
            while line := await process.stdout.readline():
                said += line
                if match := _READY.search(line.decode("utf-8", "replace")):
                    return match[0]
    except TimeoutError:
        said += b"(nothing more within 20 s)"
    message = "the LLM stand-in (snippets/llm/standin.py) did not start:\n"
    raise StandinError(message + (said.decode("utf-8", "replace") or "(it said nothing)"))


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
