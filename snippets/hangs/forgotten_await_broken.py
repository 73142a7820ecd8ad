"""Without await the call only makes a coroutine: nothing happens, and nothing fails."""

import asyncio


async def save(text: str) -> None:
    await asyncio.sleep(0.1)
    print(f"saved {text!r}")


async def main() -> None:
    save("the report")
    print("main ends well")


if __name__ == "__main__":
    asyncio.run(main())
