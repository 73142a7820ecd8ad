"""A wait hands the loop over: the second task starts at once, and finishes first."""

import asyncio


async def work(seconds: float) -> None:
    print("starts")
    await asyncio.sleep(seconds)
    print("ends")


async def main() -> None:
    first = asyncio.create_task(work(0.3), name="first")
    second = asyncio.create_task(work(0.1), name="second")
    await first
    await second


if __name__ == "__main__":
    asyncio.run(main())
