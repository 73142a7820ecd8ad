"""Two providers on one loop: both SDKs wait at once, so the slower one is the total."""

# /// script
# requires-python = ">=3.11"
# dependencies = ["anthropic", "openai"]
# [tool.stopwatch]
# standin = ["--rate", "50"]
# ///

import asyncio
import os

from anthropic import AsyncAnthropic
from openai import AsyncOpenAI

GPT = os.environ.get("CHAT_MODEL", "gpt-5-mini")
CLAUDE = os.environ.get("ANTHROPIC_MODEL", "claude-haiku-4-5")


async def ask_gpt(client: AsyncOpenAI, prompt: str) -> str:
    print("asked")
    reply = await client.chat.completions.create(
        model=GPT, messages=[{"role": "user", "content": prompt}]
    )
    print("answered")
    return reply.choices[0].message.content or ""


async def ask_claude(client: AsyncAnthropic, prompt: str) -> str:
    print("asked")
    reply = await client.messages.create(
        model=CLAUDE, max_tokens=200, messages=[{"role": "user", "content": prompt}]
    )
    print("answered")
    return "".join(block.text for block in reply.content if block.type == "text")


async def main() -> None:
    async with AsyncOpenAI() as openai, AsyncAnthropic() as anthropic:
        await openai.models.list()  # the SDKs load their parts on first use
        await anthropic.models.list()
        async with asyncio.TaskGroup() as group:
            short, long = "Explain tea in 20 words.", "Explain tea in 40 words."
            gpt = group.create_task(ask_gpt(openai, short), name="GPT")
            claude = group.create_task(ask_claude(anthropic, long), name="Claude")
        print(f"GPT wrote {len(gpt.result().split())} words")
        print(f"Claude wrote {len(claude.result().split())} words")


if __name__ == "__main__":
    asyncio.run(main())
