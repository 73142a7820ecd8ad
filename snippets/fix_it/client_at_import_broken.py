"""A client built at import wants its key there: without one, nothing runs at all."""

# /// script
# requires-python = ">=3.11"
# dependencies = ["openai"]
# [tool.stopwatch]
# raises = "OpenAIError"
# ///

import asyncio
import os

from openai import AsyncOpenAI

MODEL = os.environ.get("CHAT_MODEL", "gpt-5-mini")
os.environ.pop("OPENAI_API_KEY", None)  # a machine without a key: CI, a new colleague

client = AsyncOpenAI()


def price(words: int) -> float:
    return words * 0.02


async def ask(question: str) -> str:
    reply = await client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": question}]
    )
    return reply.choices[0].message.content or ""


async def main() -> None:
    print(f"100 words cost {price(100):.2f} cents")
    print(await ask("1 + 1"))


if __name__ == "__main__":
    asyncio.run(main())
