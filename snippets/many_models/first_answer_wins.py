"""The first answer wins, not the first failure; the calls that lost are cancelled."""

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


async def first_answer(tasks: list[asyncio.Task[str]]) -> str:
    errors: list[Exception] = []
    try:
        for finished in asyncio.as_completed(tasks):
            try:
                return await finished
            except (OpenAIError, AnthropicError) as error:
                print(f"not this one: {type(error).__name__}")
                errors.append(error)
        raise ExceptionGroup("nobody answered", errors)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


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
        print(await first_answer(tasks))
        for task in tasks:
            print(f"{task.get_name()} cancelled: {task.cancelled()}")


if __name__ == "__main__":
    asyncio.run(main())
