"""Create the tasks first and await them after: then they overlap."""

import asyncio
import time


async def call(seconds: float) -> None:
    print("started")
    await asyncio.sleep(seconds)
    print("completed")


async def main() -> None:
    start = time.perf_counter()
    first = asyncio.create_task(call(0.2), name="Task 1")
    second = asyncio.create_task(call(0.4), name="Task 2")
    await first
    await second
    print(f"both took {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    asyncio.run(main())
