"""An SDK that retries multiplies its timeout: the limit around it is what holds."""

# /// script
# dependencies = ["openai"]
# [tool.stopwatch]
# standin = ["--stalling", "slow-model"]
# ///

import asyncio
import os
import time

from openai import APITimeoutError, AsyncOpenAI


async def ask(client: AsyncOpenAI) -> None:
    await client.chat.completions.create(
        model="slow-model",  # never answers
        messages=[{"role": "user", "content": "Why is the sky blue?"}],
    )


async def main() -> None:
    key = os.environ.get("OPENAI_API_KEY", "none")
    async with AsyncOpenAI(api_key=key, timeout=0.4, max_retries=1) as client:
        start = time.perf_counter()
        try:
            await ask(client)
        except APITimeoutError:
            print(f"the SDK's limit of 0.4 s: {time.perf_counter() - start:.1f} s")

        start = time.perf_counter()
        try:
            async with asyncio.timeout(0.6):
                await ask(client)
        except TimeoutError:
            print(f"a limit of 0.6 s around it: {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    asyncio.run(main())
