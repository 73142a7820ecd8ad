"""Three models at once: one fails, one never answers, and the third answer is kept."""

# /// script
# requires-python = ">=3.11"
# dependencies = ["anthropic", "openai"]
# [tool.stopwatch]
# standin = ["--failing", "claude-haiku-4-5", "--stalling", "claude-opus-4-5"]
# ///

import asyncio
import os
from collections.abc import Awaitable

from anthropic import AnthropicError, AsyncAnthropic
from openai import AsyncOpenAI, OpenAIError

GPT = os.environ.get("CHAT_MODEL", "gpt-5-mini")
PROMPT = "Explain tea in 10 words."
EXPECTED = (TimeoutError, OpenAIError, AnthropicError)  # bugs are not among them


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


async def answer_or_error(call: Awaitable[str]) -> str | Exception:
    try:
        async with asyncio.timeout(1.0):
            return await call
    except EXPECTED as error:
        return error


async def main() -> None:
    async with AsyncOpenAI() as openai, AsyncAnthropic(max_retries=0) as anthropic:
        await openai.models.list()  # the SDKs load their parts on first use
        await anthropic.models.list()
        calls = {
            "GPT": ask_gpt(openai),
            "Haiku": ask_claude(anthropic, "claude-haiku-4-5"),
            "Opus": ask_claude(anthropic, "claude-opus-4-5"),
        }
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(answer_or_error(call), name=name)
                for name, call in calls.items()
            ]
        for task in tasks:
            result = task.result()
            said = result if isinstance(result, str) else type(result).__name__
            print(f"{task.get_name()}: {said}")


if __name__ == "__main__":
    asyncio.run(main())
