"""Streaming makes the answer begin sooner, not end sooner."""

# /// script
# requires-python = ">=3.11"
# dependencies = ["openai"]
# [tool.stopwatch]
# standin = ["--rate", "10"]
# ///

import asyncio
import os
import time

from openai import AsyncOpenAI

MODEL = os.environ.get("CHAT_MODEL", "gpt-5-mini")
PROMPT = "Explain tea in 10 words."


async def whole(client: AsyncOpenAI) -> float:
    start = time.perf_counter()
    await client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": PROMPT}]
    )
    return time.perf_counter() - start


async def streamed(client: AsyncOpenAI) -> tuple[float, float]:
    start = time.perf_counter()
    first = None
    stream = await client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": PROMPT}], stream=True
    )
    async with stream:
        async for chunk in stream:
            if first is None and chunk.choices and chunk.choices[0].delta.content:
                first = time.perf_counter() - start
                print("first word")
    last = time.perf_counter() - start
    return first or last, last


async def main() -> None:
    async with AsyncOpenAI() as client:
        await client.models.list()  # the SDK loads its parts on first use
        async with asyncio.TaskGroup() as group:
            all_at_once = group.create_task(whole(client), name="whole")
            by_and_by = group.create_task(streamed(client), name="streamed")
        first, last = by_and_by.result()
        print(f"whole: nothing, then all after {all_at_once.result():.2f} s")
        print(f"streamed: first word after {first:.2f} s, all after {last:.2f} s")


if __name__ == "__main__":
    asyncio.run(main())
