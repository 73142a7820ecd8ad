"""Since Python 3.13, async for over as_completed() yields your own tasks."""

# /// script
# requires-python = ">=3.13"
# ///

import asyncio


async def fetch(seconds: float) -> float:
    await asyncio.sleep(seconds)
    return seconds


async def main() -> None:
    user_of: dict[asyncio.Future[float], str] = {
        asyncio.create_task(fetch(0.2), name="Ann"): "Ann",
        asyncio.create_task(fetch(0.1), name="Roberta"): "Roberta",
    }
    async for task in asyncio.as_completed(user_of):
        print(f"{user_of[task]}: {await task} s")


if __name__ == "__main__":
    asyncio.run(main())
