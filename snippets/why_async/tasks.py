"""The same two calls as tasks: the total is the slower one, not the sum."""

# /// script
# requires-python = ">=3.11"
# dependencies = ["openai", "loguru"]
# ///

import asyncio
import os
import sys
import time

from loguru import logger
from openai import AsyncOpenAI

MODEL = os.environ.get("CHAT_MODEL", "gpt-5-mini")
logger.remove()
logger.add(sys.stderr, format="{time:HH:mm:ss.SSS} | {message}")


async def ask(client: AsyncOpenAI, name: str, prompt: str) -> None:
    logger.info("{} started", name)
    await client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}]
    )
    logger.info("{} completed", name)


async def main() -> None:
    async with AsyncOpenAI() as client:
        await client.models.list()  # the SDK loads its parts on first use
        start = time.perf_counter()
        first = asyncio.create_task(
            ask(client, "Task 1", "Tell me a joke in 20 words."), name="Task 1"
        )
        second = asyncio.create_task(
            ask(client, "Task 2", "Explain qubits in 45 words."), name="Task 2"
        )
        await first
        await second
        logger.info("total {:.1f} s", time.perf_counter() - start)


if __name__ == "__main__":
    asyncio.run(main())
