"""The first to complete may be the one that failed: here the answer is thrown away."""

# /// script
# requires-python = ">=3.11"
# dependencies = ["anthropic", "openai"]
# [tool.stopwatch]
# standin = ["--failing", "claude-haiku-4-5", "--stalling", "claude-opus-4-5"]
# ///

import asyncio
import os

from anthropic import AnthropicError, AsyncAnthropic
from openai import AsyncOpenAI, OpenAIError

GPT = os.environ.get("CHAT_MODEL", "gpt-5-mini")
PROMPT = "Explain tea in 10 words."


async def ask_gpt(client: AsyncOpenAI) -> str:
    reply = await client.chat.completions.create(
        model=GPT, messages=[{"role": "user", "content": PROMPT}]
    )
    return reply.choices[0].message.content or ""


async def ask_claude(client: AsyncAnthropic, model: str) -> str:
    reply = await client.messages.create(
        model=model, max_tokens=200, messages=[{"role": "user", "content": PROMPT}]
    )
    return "".join(block.text for block in reply.content if block.type == "text")


async def main() -> None:
    async with AsyncOpenAI() as openai, AsyncAnthropic(max_retries=0) as anthropic:
        await openai.models.list()  # the SDKs load their parts on first use
        await anthropic.models.list()
        calls = {
            "GPT": ask_gpt(openai),
            "Haiku": ask_claude(anthropic, "claude-haiku-4-5"),
            "Opus": ask_claude(anthropic, "claude-opus-4-5"),
        }
        tasks = [asyncio.create_task(call, name=n) for n, call in calls.items()]
        done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        winner = done.pop()
        try:
            print(winner.result())
        except (OpenAIError, AnthropicError) as error:
            print(f"{winner.get_name()} won, with {type(error).__name__}")


if __name__ == "__main__":
    asyncio.run(main())
