"""Without jitter those refused together come back together, to be refused again."""

# /// script
# requires-python = ">=3.11"
# dependencies = ["openai"]
# [tool.stopwatch]
# standin = ["--limit", "3", "--retry-after", "0.4", "--first-token", "0.1"]
# ///

import asyncio
import os

from openai import AsyncOpenAI, RateLimitError

MODEL = os.environ.get("CHAT_MODEL", "gpt-5-mini")
waits: list[float] = []


async def ask(client: AsyncOpenAI, number: int) -> str:
    prompt = f"What is {number} + {number}?"
    async with asyncio.timeout(10):
        while True:
            try:
                reply = await client.chat.completions.create(
                    model=MODEL, messages=[{"role": "user", "content": prompt}]
                )
            except RateLimitError as error:
                waits.append(float(error.response.headers["retry-after"]))
                await asyncio.sleep(waits[-1])
            else:
                return reply.choices[0].message.content or ""


async def main() -> None:
    async with AsyncOpenAI(max_retries=0) as client:
        await client.models.list()  # the SDK loads its parts on first use
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(ask(client, number), name=f"question {number}")
                for number in range(10)
            ]
    print(f"{len(tasks)} answered after {len(waits)} refusals")


if __name__ == "__main__":
    asyncio.run(main())
