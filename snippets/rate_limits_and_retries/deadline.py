"""A deadline over all attempts: don't wait for one that would come too late."""

# /// script
# requires-python = ">=3.11"
# dependencies = ["openai"]
# [tool.stopwatch]
# standin = ["--limit", "0", "--retry-after", "0.3"]
# ///

import asyncio
import os

from openai import AsyncOpenAI, RateLimitError

MODEL = os.environ.get("CHAT_MODEL", "gpt-5-mini")


async def ask(client: AsyncOpenAI, prompt: str, deadline: float) -> str:
    loop = asyncio.get_running_loop()
    while True:
        try:
            async with asyncio.timeout_at(deadline):
                reply = await client.chat.completions.create(
                    model=MODEL, messages=[{"role": "user", "content": prompt}]
                )
            return reply.choices[0].message.content or ""
        except RateLimitError as error:
            wait = float(error.response.headers["retry-after"])
            if loop.time() + wait > deadline:
                raise
            print("refused, waits")
            await asyncio.sleep(wait)


async def main() -> None:
    async with AsyncOpenAI(max_retries=0) as client:
        await client.models.list()  # the SDK loads its parts on first use
        start = asyncio.get_running_loop().time()
        print("starts, with 0.8 s to go")
        try:
            await ask(client, "What is 1 + 1?", deadline=start + 0.8)
        except RateLimitError:
            spent = asyncio.get_running_loop().time() - start
            print(f"gave up after {spent:.1f} s")


if __name__ == "__main__":
    asyncio.run(main())
