"""Wait as long as the server says, plus jitter: all ten are answered in the end."""

# /// script
# requires-python = ">=3.11"
# dependencies = ["openai"]
# [tool.stopwatch]
# standin = ["--limit", "3", "--retry-after", "0.4", "--first-token", "0.1"]
# ///

import asyncio
import os
import random

from openai import AsyncOpenAI, RateLimitError

MODEL = os.environ.get("CHAT_MODEL", "gpt-5-mini")
random.seed(40)  # the same jitter whenever this page is built; leave it out in yours
waits: list[float] = []


def pause(error: RateLimitError, attempt: int) -> float:
    told = error.response.headers.get("retry-after")  # seconds here; may be a date
    least = float(told) if told else 0.05 * 2**attempt  # our guess if it says nothing
    return least + random.uniform(0, 0.6)  # added, so that it is never too early


async def ask(client: AsyncOpenAI, number: int) -> str:
    prompt, attempt = f"What is {number} + {number}?", 1
    async with asyncio.timeout(10):  # one deadline over all attempts and waits
        while True:
            try:
                reply = await client.chat.completions.create(
                    model=MODEL, messages=[{"role": "user", "content": prompt}]
                )
            except RateLimitError as error:
                waits.append(pause(error, attempt))
                print(f"refused, waits {waits[-1]:.2f} s")
                await asyncio.sleep(waits[-1])
                attempt += 1
            else:
                print("answered")
                return reply.choices[0].message.content or ""


async def main() -> None:
    async with AsyncOpenAI(max_retries=0) as client:  # the SDK would retry by itself
        await client.models.list()  # the SDK loads its parts on first use
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(ask(client, number), name=f"question {number}")
                for number in range(10)
            ]
    print(f"{len(tasks)} answered after {len(waits)} refusals")
    print(f"shortest wait {min(waits):.2f} s")


if __name__ == "__main__":
    asyncio.run(main())
