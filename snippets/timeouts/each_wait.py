"""An SDK's timeout limits each wait for a piece; the whole answer may take longer."""

# /// script
# dependencies = ["openai"]
# [tool.stopwatch]
# standin = ["--rate", "5"]
# ///

import asyncio
import os
import time

from openai import AsyncOpenAI

MODEL = os.environ.get("CHAT_MODEL", "gpt-5-mini")


async def read(client: AsyncOpenAI) -> int:
    words = 0
    stream = await client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "Explain tea in 8 words."}],
        stream=True,
    )
    async with stream:
        async for chunk in stream:
            words += bool(chunk.choices and chunk.choices[0].delta.content)
    return words


async def main() -> None:
    async with AsyncOpenAI(timeout=0.4, max_retries=0) as client:
        await client.models.list()  # the SDK loads its parts on first use
        start = time.perf_counter()
        words = await read(client)
        print(f"{words} words, in {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    asyncio.run(main())
