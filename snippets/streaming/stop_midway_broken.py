"""Not looking any more isn't stopping: the service writes on, and there is no room."""

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
hidden: set[str] = set()


async def read(client: AsyncOpenAI, name: str, prompt: str) -> None:
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
                if name not in hidden:
                    print(text.strip())


async def main() -> None:
    async with AsyncOpenAI(max_retries=0) as client:
        await client.models.list()  # the SDK loads its parts on first use
        async with asyncio.TaskGroup() as group:
            tea = read(client, "tea", "Explain tea in 8 words.")
            group.create_task(tea, name="tea")
            await asyncio.sleep(0.7)
            print("that will do")
            hidden.add("tea")
            ice = read(client, "ice", "Explain ice in 3 words.")
            group.create_task(ice, name="ice")


if __name__ == "__main__":
    asyncio.run(main())
