"""Two answers arrive word by word, and one loop reads both: their words interleave."""

# /// script
# requires-python = ">=3.11"
# dependencies = ["anthropic", "openai"]
# [tool.stopwatch]
# standin = ["--rate", "5"]
# ///

import asyncio
import os

from anthropic import AsyncAnthropic
from openai import AsyncOpenAI

GPT = os.environ.get("CHAT_MODEL", "gpt-5-mini")
CLAUDE = os.environ.get("ANTHROPIC_MODEL", "claude-haiku-4-5")
PROMPT = "Explain tea in 5 words."


async def read_gpt(client: AsyncOpenAI) -> None:
    stream = await client.chat.completions.create(
        model=GPT, messages=[{"role": "user", "content": PROMPT}], stream=True
    )
    async with stream:
        async for chunk in stream:
            if chunk.choices and (text := chunk.choices[0].delta.content):
                print(text.strip())


async def read_claude(client: AsyncAnthropic) -> None:
    async with client.messages.stream(
        model=CLAUDE, max_tokens=200, messages=[{"role": "user", "content": PROMPT}]
    ) as stream:
        async for text in stream.text_stream:
            print(text.strip())


async def main() -> None:
    async with AsyncOpenAI() as openai, AsyncAnthropic() as anthropic:
        await openai.models.list()  # the SDKs load their parts on first use
        await anthropic.models.list()
        async with asyncio.TaskGroup() as group:
            group.create_task(read_gpt(openai), name="GPT")
            await asyncio.sleep(0.1)
            group.create_task(read_claude(anthropic), name="Claude")


if __name__ == "__main__":
    asyncio.run(main())
