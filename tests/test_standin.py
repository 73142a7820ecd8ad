"""The LLM stand-in: the real SDKs talk to it, and a reader can run it without a key."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import anthropic
import openai
import pytest

from stopwatch.standin import StandinError, environment_for, standin
from tests.conftest import ROOT

pytestmark = pytest.mark.kept("snippets/llm", "snippets/why_async")

SERVER = ROOT / "snippets" / "llm" / "standin.py"
PROGRAM = ROOT / "snippets" / "why_async" / "tasks.py"
Address = dict[str, str]


def ask(
    address: Address, use: Callable[[openai.AsyncOpenAI], Awaitable[object]], **options: object
) -> object:
    """Call ``use`` with an OpenAI client of that server."""

    async def main() -> object:
        url, key = address["OPENAI_BASE_URL"], address["OPENAI_API_KEY"]
        async with openai.AsyncOpenAI(base_url=url, api_key=key, **options) as client:  # type: ignore[arg-type]
            return await use(client)

    return asyncio.run(main())


async def say(
    client: openai.AsyncOpenAI, text: str, **more: object
) -> openai.types.chat.ChatCompletion:
    """Ask one thing and return the whole answer."""
    messages = [{"role": "user", "content": text}]
    return await client.chat.completions.create(model="stand-in", messages=messages, **more)  # type: ignore[call-overload,no-any-return]


class Server:
    """A running stand-in, with the options of its command line."""

    def __init__(self, *options: str) -> None:
        command = [sys.executable, str(SERVER), "--port", "0", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        line = self.process.stdout.readline()
        self.address = environment_for(re.search(r"http://[\d.:]+", line)[0])  # type: ignore[index]

    def stop(self) -> int:
        """End it as a terminal would and return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(5)
        assert self.process.stdout
        self.process.stdout.close()
        return status


@pytest.fixture
def serve() -> Iterator[Callable[..., Address]]:
    """A function that starts a stand-in with options and returns its address."""
    servers: list[Server] = []

    def start(*options: str) -> Address:
        servers.append(Server("--first-token", "0.02", "--rate", "200", *options))
        return servers[-1].address

    yield start
    for server in servers:
        server.stop()


def test_it_answers_the_same_every_time(serve: Callable[..., Address]) -> None:
    """The same question gets the same answer; sums are right; a length is kept to."""
    address = serve()
    texts = [ask(address, lambda c: say(c, "Say it in 7 words.")) for _ in range(2)]
    contents = [text.choices[0].message.content for text in texts]  # type: ignore[attr-defined]
    assert contents[0] == contents[1]
    assert len(contents[0].split()) == 7
    added = ask(address, lambda c: say(c, "What is 19 + 23, and 5 + 6?"))
    assert added.choices[0].message.content == "42\n11"  # type: ignore[attr-defined]


def test_a_limit_on_tokens_cuts_the_answer(serve: Callable[..., Address]) -> None:
    """max_tokens is kept to, and the finish reason says so."""
    reply = ask(serve(), lambda c: say(c, "Say it in 9 words.", max_tokens=3))
    assert reply.choices[0].finish_reason == "length"  # type: ignore[attr-defined]
    assert reply.usage.completion_tokens == 3  # type: ignore[attr-defined]


def test_it_streams(serve: Callable[..., Address]) -> None:
    """Tokens come one by one, spread over the time the whole answer takes."""

    async def stream(client: openai.AsyncOpenAI) -> list[tuple[float, str]]:
        chunks = await say(client, "Say it in 20 words.", stream=True)
        return [
            (time.perf_counter(), chunk.choices[0].delta.content)
            async for chunk in chunks  # type: ignore[attr-defined]
            if chunk.choices and chunk.choices[0].delta.content
        ]

    pieces = ask(serve("--rate", "50"), stream)
    assert len(pieces) == 20  # type: ignore[arg-type]
    assert pieces[-1][0] - pieces[0][0] > 0.2  # type: ignore[index]


def test_two_calls_overlap(serve: Callable[..., Address]) -> None:
    """Two calls at once take as long as one."""

    async def both(client: openai.AsyncOpenAI) -> float:
        await client.models.list()
        start = time.perf_counter()
        await asyncio.gather(*(say(client, "in 20 words") for _ in range(2)))
        return time.perf_counter() - start

    took = ask(serve("--rate", "40"), both)
    assert 0.45 < took < 0.9  # type: ignore[operator]


def test_past_its_limit_it_says_429(serve: Callable[..., Address]) -> None:
    """One request too many is refused, with the seconds to wait in Retry-After."""

    async def three(client: openai.AsyncOpenAI) -> list[object]:
        return await asyncio.gather(
            *(say(client, "in 40 words") for _ in range(3)), return_exceptions=True
        )

    address = serve("--limit", "2", "--retry-after", "0.7")
    replies = ask(address, three, max_retries=0)
    refused = [r for r in replies if isinstance(r, openai.RateLimitError)]  # type: ignore[attr-defined]
    assert len(refused) == 1
    assert refused[0].response.headers["Retry-After"] == "0.7"


def test_it_can_be_told_to_fail(serve: Callable[..., Address]) -> None:
    """The first N requests are answered 500; the SDK's own retries get through."""
    address = serve("--fail", "1")
    with pytest.raises(openai.InternalServerError):
        ask(address, lambda c: say(c, "in 3 words"), max_retries=0)
    assert ask(serve("--fail", "1"), lambda c: say(c, "in 3 words"), max_retries=1)


def test_it_can_be_told_to_stall(serve: Callable[..., Address]) -> None:
    """A request that never gets an answer ends by the client's timeout."""
    with pytest.raises(openai.APITimeoutError):
        ask(serve("--stall", "1"), lambda c: say(c, "in 3 words"), max_retries=0, timeout=0.3)


def test_it_speaks_anthropics_messages_too(serve: Callable[..., Address]) -> None:
    """Whole and streamed, through the real SDK."""
    address = serve()

    async def main() -> tuple[str, str]:
        url, key = address["ANTHROPIC_BASE_URL"], address["ANTHROPIC_API_KEY"]
        async with anthropic.AsyncAnthropic(base_url=url, api_key=key) as client:
            messages: list[Any] = [{"role": "user", "content": "in 6 words"}]
            whole = await client.messages.create(model="m", max_tokens=50, messages=messages)
            async with client.messages.stream(
                model="m", max_tokens=50, messages=messages
            ) as stream:
                streamed = "".join([text async for text in stream.text_stream])
            return whole.content[0].text, streamed  # type: ignore[union-attr]

    whole, streamed = asyncio.run(main())
    assert whole == streamed
    assert len(whole.split()) == 6


def test_it_stops_at_once_even_while_it_is_busy(serve: Callable[..., Address]) -> None:
    """SIGTERM during a stalled request: gone within a second, status 0."""
    server = Server("--stall", "9")
    port = int(server.address["ANTHROPIC_BASE_URL"].rpartition(":")[2])
    body = json.dumps({"model": "m", "messages": []}).encode()
    with socket.create_connection(("127.0.0.1", port)) as connection:
        head = f"POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)
        time.sleep(0.1)
        start = time.perf_counter()
        assert server.stop() == 0
        assert time.perf_counter() - start < 2


def test_a_taken_port_is_one_clear_message() -> None:
    """No traceback: what is wrong, and what to type."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, str(SERVER), "--port", port],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert "try --port 0" in done.stderr
    assert "Traceback" not in done.stderr


def without_keys() -> dict[str, str]:
    """Return the environment of a reader who has no key."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("OPENAI_", "ANTHROPIC_"))}


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """An empty folder with a copied program and the stand-in."""
    shutil.copy(PROGRAM, tmp_path)
    shutil.copy(SERVER, tmp_path)
    return tmp_path


def test_a_copied_program_runs_without_a_key(copied: Path) -> None:
    """``standin.py tasks.py`` serves, runs the program, and stops."""
    done = subprocess.run(
        [sys.executable, "standin.py", "tasks.py"],
        cwd=copied, env=without_keys(), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Task 2 completed" in done.stderr


def test_a_copied_program_runs_under_the_tracer(copied: Path) -> None:
    """``python -m stopwatch run tasks.py`` brings the stand-in along and says that it does."""
    done = subprocess.run(
        [sys.executable, "-m", "stopwatch", "run", "tasks.py"],
        cwd=copied, env=without_keys(), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Task 2 completed" in done.stdout
    assert "latency is simulated" in done.stderr


def test_three_variables_lead_to_any_service(copied: Path, serve: Callable[..., Address]) -> None:
    """With OPENAI_BASE_URL, OPENAI_API_KEY and CHAT_MODEL set, a program talks to that service."""
    wanted = {k: v for k, v in serve().items() if k in {"OPENAI_BASE_URL", "OPENAI_API_KEY"}}
    done = subprocess.run(
        [sys.executable, "tasks.py"],
        cwd=copied, env={**without_keys(), **wanted, "CHAT_MODEL": "any"},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "total" in done.stderr


def test_a_stand_in_that_cant_start_is_reported(tmp_path: Path) -> None:
    """The build says what the server said."""
    folder = tmp_path / "snippets" / "llm"
    folder.mkdir(parents=True)
    (folder / "standin.py").write_text("raise SystemExit('out of order')")

    async def start() -> None:
        async with standin(tmp_path):
            pass

    with pytest.raises(StandinError, match="out of order"):
        asyncio.run(start())
