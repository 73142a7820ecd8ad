"""A window of three: whoever is done lets the next one in and waits for nobody."""

import asyncio

CALLS = list(zip("ABCDEFGHI", [0.4, 0.1, 0.2] * 3, strict=True))


async def call(seconds: float, semaphore: asyncio.Semaphore) -> None:
    async with semaphore:
        await asyncio.sleep(seconds)  # stands for a request


async def main() -> None:
    three = asyncio.Semaphore(3)
    async with asyncio.TaskGroup() as group:
        for name, seconds in CALLS:
            group.create_task(call(seconds, three), name=name)
    print(f"{len(CALLS)} of {len(CALLS)} done")


if __name__ == "__main__":
    asyncio.run(main())
