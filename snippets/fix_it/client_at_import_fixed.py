"""A client built where it is used: without a key, only what needs the key fails."""

# /// script
# requires-python = ">=3.11"
# dependencies = ["openai"]
# ///

import asyncio
import os

from openai import AsyncOpenAI, OpenAIError

MODEL = os.environ.get("CHAT_MODEL", "gpt-5-mini")
os.environ.pop("OPENAI_API_KEY", None)  # a machine without a key: CI, a new colleague


def price(words: int) -> float:
    return words * 0.02


async def ask(client: AsyncOpenAI, question: str) -> str:
    reply = await client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": question}]
    )
    return reply.choices[0].message.content or ""


async def main() -> None:
    print(f"100 words cost {price(100):.2f} cents")
    try:
        async with AsyncOpenAI() as client:
            print(await ask(client, "1 + 1"))
    except OpenAIError as error:
        print(f"no answer: {str(error).partition('.')[0]}")


if __name__ == "__main__":
    asyncio.run(main())
