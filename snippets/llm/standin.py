"""A stand-in for a language-model service: real HTTP, simulated latency.

It speaks enough of OpenAI's chat completions and Anthropic's messages for their
SDKs, needs no key and always gives the same answer to the same question: sums
are added up, and "... in 20 words" gets 20 words. A reply of n tokens takes the
time to the first token plus n / rate.

    uv run standin.py                   serve until Ctrl-C
    uv run standin.py tasks.py          serve while tasks.py runs, and point it here
"""

# /// script
# requires-python = ">=3.11"
# dependencies = ["aiohttp>=3.9"]
# [tool.stopwatch]
# run = false
# ///

import argparse
import asyncio
import importlib.util
import itertools
import json
import os
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

WORDS = "waiting is cheap when somebody else can use the time meanwhile".split()
Json = dict[str, Any]


@dataclass
class Service:
    """What the service does, and to how many requests it is doing it."""

    first_token: float = 0.2  # seconds until a reply begins
    rate: float = 25.0  # tokens per second from then on
    limit: int | None = None  # requests in flight; one more is answered 429
    retry_after: float = 0.5  # seconds, what a 429 says
    fail: int = 0  # so many first requests are answered 500 ...
    stall: int = 0  # ... and so many after these never
    failing: str = ""  # a model that always answers 500 ...
    stalling: str = ""  # ... and one that never answers
    in_flight: int = 0
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)


SERVICE = web.AppKey("service", Service)


# What it answers


def answer(prompt: str) -> list[str]:
    """Return the reply to a prompt, token by token."""
    sums = re.findall(r"(\d+)\s*\+\s*(\d+)", prompt)
    if sums:
        lines = "\n".join(str(int(a) + int(b)) for a, b in sums)
        return re.findall(r"\d+\n?", lines)
    wanted = re.search(r"(\d+) words", prompt)
    length = int(wanted[1]) if wanted else 20
    words = itertools.islice(itertools.cycle(WORDS), length)
    return [word if n == 0 else f" {word}" for n, word in enumerate(words)]


async def tokens(service: Service, reply: list[str]) -> AsyncIterator[str]:
    """Yield the reply's tokens, each at its time."""
    loop = asyncio.get_running_loop()
    start = loop.time() + service.first_token
    for number, token in enumerate(reply):
        await asyncio.sleep(start + number / service.rate - loop.time())
        yield token
    await asyncio.sleep(start + len(reply) / service.rate - loop.time())


# How OpenAI and Anthropic say it


class OpenAI:
    """Chat completions."""

    def whole(self, ask: Json, reply: list[str], cut: bool) -> Json:
        message = {"role": "assistant", "content": "".join(reply)}
        choice = {
            "index": 0,
            "message": message,
            "finish_reason": reason(cut, "length", "stop"),
        }
        usage = {"prompt_tokens": 1, "completion_tokens": len(reply)}
        usage["total_tokens"] = sum(usage.values())
        return {
            **self.head(ask, "chat.completion"),
            "choices": [choice],
            "usage": usage,
        }

    def begin(self, ask: Json) -> list[Json]:
        return [self.chunk(ask, {"role": "assistant", "content": ""})]

    def token(self, ask: Json, token: str) -> Json:
        return self.chunk(ask, {"content": token})

    def end(self, ask: Json, cut: bool) -> list[Json]:
        return [self.chunk(ask, {}, reason(cut, "length", "stop"))]

    def chunk(self, ask: Json, delta: Json, finish: str | None = None) -> Json:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return {**self.head(ask, "chat.completion.chunk"), "choices": [choice]}

    def head(self, ask: Json, kind: str) -> Json:
        return {"id": "standin", "object": kind, "created": 0, "model": ask["model"]}

    def error(self, kind: str, message: str) -> Json:
        return {
            "error": {"message": message, "type": kind, "code": kind, "param": None}
        }


class Anthropic:
    """Messages."""

    def whole(self, ask: Json, reply: list[str], cut: bool) -> Json:
        content = [{"type": "text", "text": "".join(reply)}]
        stop = reason(cut, "max_tokens", "end_turn")
        return {
            **self.message(ask, len(reply)),
            "content": content,
            "stop_reason": stop,
        }

    def begin(self, ask: Json) -> list[Json]:
        block = {"type": "text", "text": ""}
        return [
            {"type": "message_start", "message": self.message(ask, 0)},
            {"type": "content_block_start", "index": 0, "content_block": block},
        ]

    def token(self, ask: Json, token: str) -> Json:
        delta = {"type": "text_delta", "text": token}
        return {"type": "content_block_delta", "index": 0, "delta": delta}

    def end(self, ask: Json, cut: bool) -> list[Json]:
        stop = {
            "stop_reason": reason(cut, "max_tokens", "end_turn"),
            "stop_sequence": None,
        }
        return [
            {"type": "content_block_stop", "index": 0},
            {"type": "message_delta", "delta": stop, "usage": {"output_tokens": 1}},
            {"type": "message_stop"},
        ]

    def message(self, ask: Json, length: int) -> Json:
        usage = {"input_tokens": 1, "output_tokens": length}
        head = {
            "id": "standin",
            "type": "message",
            "role": "assistant",
            "model": ask["model"],
        }
        return {
            **head,
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": usage,
        }

    def error(self, kind: str, message: str) -> Json:
        return {"type": "error", "error": {"type": kind, "message": message}}


def reason(cut: bool, if_cut: str, otherwise: str) -> str:
    return if_cut if cut else otherwise


# The service


async def chat(request: web.Request) -> web.StreamResponse:
    """Answer one request of either wire format."""
    service = request.app[SERVICE]
    style = Anthropic() if request.path.endswith("/messages") else OpenAI()
    ask = await request.json()
    number = next(service.numbers)
    if service.limit is not None and service.in_flight >= service.limit:
        error = style.error(
            "rate_limit_error", f"more than {service.limit} requests in flight"
        )
        return web.json_response(
            error, status=429, headers={"Retry-After": f"{service.retry_after:g}"}
        )
    if number < service.fail or ask["model"] == service.failing:
        return web.json_response(
            style.error("server_error", "told to fail"), status=500
        )
    service.in_flight += 1
    try:
        if number < service.fail + service.stall or ask["model"] == service.stalling:
            await asyncio.Event().wait()
        return await respond(request, style, ask)
    finally:
        service.in_flight -= 1


async def respond(
    request: web.Request, style: OpenAI | Anthropic, ask: Json
) -> web.StreamResponse:
    service = request.app[SERVICE]
    prompt = " ".join(text_of(message["content"]) for message in ask["messages"])
    full = answer(prompt)
    reply = full[: ask.get("max_completion_tokens") or ask.get("max_tokens")]
    cut = len(reply) < len(full)
    if not ask.get("stream"):
        async for _ in tokens(service, reply):
            pass
        return web.json_response(style.whole(ask, reply, cut))
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    for event in style.begin(ask):
        await send(response, event)
    async for token in tokens(service, reply):
        await send(response, style.token(ask, token))
    for event in style.end(ask, cut):
        await send(response, event)
    if isinstance(style, OpenAI):
        await response.write(b"data: [DONE]\n\n")
    return response


def text_of(content: str | list[Json]) -> str:
    if isinstance(content, str):
        return content
    return " ".join(part.get("text", "") for part in content)


async def send(response: web.StreamResponse, event: Json) -> None:
    name = f"event: {event['type']}\n" if "type" in event else ""
    await response.write(f"{name}data: {json.dumps(event)}\n\n".encode())


async def models(request: web.Request) -> web.Response:
    model = {"id": "stand-in", "object": "model", "created": 0, "owned_by": "you"}
    return web.json_response({"object": "list", "data": [model]})


@asynccontextmanager
async def serving(service: Service | None = None, port: int = 0) -> AsyncIterator[str]:
    """Serve on 127.0.0.1 in a running loop; yield the address. Port 0: a free one."""
    app = web.Application()
    app[SERVICE] = service or Service()
    app.router.add_post("/v1/chat/completions", chat)
    app.router.add_post("/v1/messages", chat)
    app.router.add_get("/v1/models", models)
    runner = web.AppRunner(
        app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


# The command


def environment(address: str) -> dict[str, str]:
    """Return the variables that lead the SDKs to this address."""
    return {
        "OPENAI_BASE_URL": f"{address}/v1",
        "OPENAI_API_KEY": "stand-in",
        "ANTHROPIC_BASE_URL": address,
        "ANTHROPIC_API_KEY": "stand-in",
        "CHAT_MODEL": "stand-in",
    }


def command_for(program: str, arguments: list[str]) -> list[str]:
    """Run a program with this Python if it has what the program needs, else with uv."""
    source = Path(program).read_text("utf-8")
    listed = re.search(r"(?m)^# dependencies = \[(.*)\]", source)
    needed = re.findall(r'"([A-Za-z0-9_]+)', listed[1]) if listed else []
    if all(importlib.util.find_spec(name) for name in needed) or not shutil.which("uv"):
        return [sys.executable, program, *arguments]
    return ["uv", "run", program, *arguments]


async def run_program(program: str, arguments: list[str], service: Service) -> int:
    """Serve on a free port while a program runs, and return its exit status."""
    async with serving(service) as address:
        command = command_for(program, arguments)
        variables = os.environ | environment(address)
        process = await asyncio.create_subprocess_exec(*command, env=variables)
        return await process.wait()


async def serve(port: int, service: Service) -> int:
    """Serve until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(number, stop.set)
    async with serving(service, port) as address:
        print(f"listening on {address}", flush=True)
        for name, value in environment(address).items():
            print(f"  export {name}={value}", flush=True)
        await stop.wait()
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description="A stand-in for a language-model service."
    )
    parser.add_argument(
        "program", nargs="?", help="run this program against it, then stop"
    )
    parser.add_argument(
        "arguments", nargs=argparse.REMAINDER, help="handed on to the program"
    )
    parser.add_argument("--port", type=int, default=8000, help="0 takes a free one")
    parser.add_argument("--first-token", type=float, default=0.2, metavar="S")
    parser.add_argument("--rate", type=float, default=25.0, metavar="TOKENS_PER_S")
    parser.add_argument(
        "--limit", type=int, metavar="N", help="429 past N requests in flight"
    )
    parser.add_argument("--retry-after", type=float, default=0.5, metavar="S")
    parser.add_argument(
        "--fail", type=int, default=0, metavar="N", help="500 for the first N"
    )
    parser.add_argument(
        "--stall", type=int, default=0, metavar="N", help="no answer for N more"
    )
    parser.add_argument(
        "--failing", default="", metavar="MODEL", help="500 for this model"
    )
    parser.add_argument(
        "--stalling", default="", metavar="MODEL", help="no answer for this one"
    )
    options = vars(parser.parse_args())
    program, arguments = options.pop("program"), options.pop("arguments")
    port = options.pop("port")
    service = Service(**options)
    try:
        if program:
            return asyncio.run(run_program(program, arguments, service))
        return asyncio.run(serve(port, service))
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        print(f"standin.py: {error.strerror or error}; try --port 0", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
