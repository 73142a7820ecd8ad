"""The same 50 questions, 10 at a time, through three clients: about the same time."""

# /// script
# requires-python = ">=3.11"
# dependencies = ["aiohttp", "requests"]
# [tool.stopwatch]
# standin = ["--first-token", "0.1"]
# alone = true  # two of the three keep a core busy
# ///

import asyncio
import os
import time
from collections.abc import Awaitable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import aiohttp
import requests

URL = os.environ["OPENAI_BASE_URL"] + "/chat/completions"
HEADERS = {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]}
MODEL = os.environ.get("CHAT_MODEL", "gpt-5-mini")
QUESTIONS = [f"{number} + {number}" for number in range(50)]


def body(question: str) -> dict[str, Any]:
    return {"model": MODEL, "messages": [{"role": "user", "content": question}]}


def ask_blocking(question: str) -> bool:
    return requests.post(URL, json=body(question), headers=HEADERS, timeout=30).ok


def with_pool() -> int:
    with ThreadPoolExecutor(10, "pool") as pool:
        return sum(pool.map(ask_blocking, QUESTIONS))


async def with_executor() -> int:
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(10, "executor") as pool:
        calls = [loop.run_in_executor(pool, ask_blocking, q) for q in QUESTIONS]
        return sum(await asyncio.gather(*calls))


async def with_aiohttp() -> int:
    ten_at_once = aiohttp.TCPConnector(limit=10)
    async with aiohttp.ClientSession(headers=HEADERS, connector=ten_at_once) as session:

        async def ask(question: str) -> bool:
            async with session.post(URL, json=body(question)) as reply:
                return reply.ok

        return sum(await asyncio.gather(*map(ask, QUESTIONS)))


async def measured(name: str, answers: Awaitable[int]) -> None:
    start = time.perf_counter()
    print(f"{name}: {await answers} answers in {time.perf_counter() - start:.2f} s")


async def main() -> None:
    await measured("requests and a pool", asyncio.to_thread(with_pool))
    await measured("requests and an executor", with_executor())
    await measured("aiohttp and gather", with_aiohttp())


if __name__ == "__main__":
    asyncio.run(main())
