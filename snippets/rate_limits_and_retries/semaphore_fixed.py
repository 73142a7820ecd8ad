"""A semaphore as wide as the server's limit: nobody is refused."""

# /// script
# requires-python = ">=3.11"
# dependencies = ["openai"]
# [tool.stopwatch]
# standin = ["--limit", "3", "--retry-after", "0.4", "--first-token", "0.2"]
# ///

import asyncio
import os

from openai import AsyncOpenAI, RateLimitError

MODEL = os.environ.get("CHAT_MODEL", "gpt-5-mini")


async def ask(client: AsyncOpenAI, number: int, room: asyncio.Semaphore) -> bool:
    prompt = f"What is {number} + {number}?"
    try:
        async with room:
            await client.chat.completions.create(
                model=MODEL, messages=[{"role": "user", "content": prompt}]
            )
    except RateLimitError as error:
        print(f"refused: {error.status_code}")
        return False
    print("answered")
    return True


async def main() -> None:
    three = asyncio.Semaphore(3)
    async with AsyncOpenAI(max_retries=0) as client:
        await client.models.list()  # the SDK loads its parts on first use
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(ask(client, number, three), name=f"question {number}")
                for number in range(10)
            ]
    answered = sum(task.result() for task in tasks)
    print(f"{answered} answered, {len(tasks) - answered} refused")


if __name__ == "__main__":
    asyncio.run(main())
