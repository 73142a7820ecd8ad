"""Three attempts of ours, times three of the SDK, are nine requests."""

# /// script
# requires-python = ">=3.11"
# dependencies = ["openai"]
# [tool.stopwatch]
# standin = ["--limit", "0", "--retry-after", "0.1"]
# ///

import asyncio
import os

from openai import AsyncOpenAI, DefaultAsyncHttpxClient, RateLimitError

MODEL = os.environ.get("CHAT_MODEL", "gpt-5-mini")
sent = 0


async def count(request: object) -> None:
    global sent
    sent += 1
    print(f"request {sent}")


async def main() -> None:
    http = DefaultAsyncHttpxClient()
    async with AsyncOpenAI(http_client=http) as client:  # max_retries is 2
        await client.models.list()  # the SDK loads its parts on first use
        http.event_hooks = {"request": [count]}
        for attempt in (1, 2, 3):
            if attempt > 1:
                await asyncio.sleep(0.1)
            try:
                print(f"attempt {attempt}")
                await client.chat.completions.create(
                    model=MODEL, messages=[{"role": "user", "content": "1 + 1"}]
                )
                break
            except RateLimitError:
                print("refused")
    print(f"3 attempts, {sent} requests")


if __name__ == "__main__":
    asyncio.run(main())
