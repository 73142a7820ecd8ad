"""Cancelling the reader closes its stream: the service stops and has room again."""

# /// script
# requires-python = ">=3.11"
# dependencies = ["openai"]
# [tool.stopwatch]
# standin = ["--rate", "5", "--limit", "1"]
# ///

import asyncio
import os

from openai import AsyncOpenAI, RateLimitError

MODEL = os.environ.get("CHAT_MODEL", "gpt-5-mini")


async def read(client: AsyncOpenAI, prompt: str) -> None:
    try:
        stream = await client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
        )
    except RateLimitError:
        print("429: no room")
        return
    async with stream:
        async for chunk in stream:
            if chunk.choices and (text := chunk.choices[0].delta.content):
                print(text.strip())


async def main() -> None:
    async with AsyncOpenAI(max_retries=0) as client:
        await client.models.list()  # the SDK loads its parts on first use
        long = asyncio.create_task(read(client, "Explain tea in 30 words."), name="tea")
        await asyncio.sleep(0.7)
        print("that will do")
        long.cancel()
        await asyncio.wait([long])  # it has closed its stream
        async with asyncio.TaskGroup() as group:
            group.create_task(read(client, "Explain ice in 3 words."), name="ice")


if __name__ == "__main__":
    asyncio.run(main())
