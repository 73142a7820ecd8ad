"""Without await the body never runs; Python warns when the coroutine is thrown away."""

import asyncio

saved: list[str] = []


async def save(text: str) -> None:
    await asyncio.sleep(0.1)
    saved.append(text)


async def main() -> None:
    save("the draft")  # looks like a call, and is one: it makes a coroutine
    print(f"saved: {saved}")


if __name__ == "__main__":
    asyncio.run(main())
