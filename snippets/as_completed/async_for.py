"""Since Python 3.13, async for over as_completed() yields your own tasks."""

# /// script
# requires-python = ">=3.13"
# ///

import asyncio


async def fetch(seconds: float) -> float:
    await asyncio.sleep(seconds)
    return seconds


async def main() -> None:
    tasks = [
        asyncio.create_task(fetch(0.2), name="Ann"),
        asyncio.create_task(fetch(0.1), name="Roberta"),
    ]
    async for task in asyncio.as_completed(tasks):
        print(f"{task.get_name()}: {await task} s, one of mine: {task in tasks}")


if __name__ == "__main__":
    asyncio.run(main())
