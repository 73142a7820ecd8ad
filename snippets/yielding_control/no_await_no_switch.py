"""Without a wait inside, two tasks run one after the other, async or not."""

# /// script
# requires-python = ">=3.11"
# [tool.stopwatch]
# alone = true
# ///

import asyncio


async def count(stop: int) -> None:
    print("starts")
    n = 0
    while n < stop:
        n += 1
    print("ends")


async def main() -> None:
    first = asyncio.create_task(count(2_000_000), name="first")
    second = asyncio.create_task(count(2_000_000), name="second")
    await first
    await second


if __name__ == "__main__":
    asyncio.run(main())
