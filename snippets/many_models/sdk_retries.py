"""The SDK tries three times before it tells you that a model fails."""

# /// script
# requires-python = ">=3.11"
# dependencies = ["anthropic"]
# [tool.stopwatch]
# standin = ["--failing", "claude-haiku-4-5"]
# ///

import asyncio
import random

from anthropic import AsyncAnthropic, InternalServerError

random.seed(40)  # the same jitter whenever this page is built; leave it out in yours


async def ask(client: AsyncAnthropic) -> None:
    print(f"asks, with max_retries={client.max_retries}")
    try:
        await client.messages.create(
            model="claude-haiku-4-5",
            max_tokens=200,
            messages=[{"role": "user", "content": "Explain tea in 10 words."}],
        )
    except InternalServerError:
        print("hears that it failed")


async def main() -> None:
    async with AsyncAnthropic() as client:
        await client.models.list()  # the SDK loads its parts on first use
        async with asyncio.TaskGroup() as group:
            group.create_task(ask(client), name="as it comes")
            once = client.with_options(max_retries=0)
            group.create_task(ask(once), name="no retries")


if __name__ == "__main__":
    asyncio.run(main())
