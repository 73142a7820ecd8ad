"""A task that is awaited right where it is created overlaps with nothing."""

import asyncio
import time


async def call(seconds: float) -> None:
    print("started")
    await asyncio.sleep(seconds)
    print("completed")


async def main() -> None:
    start = time.perf_counter()
    await asyncio.create_task(call(0.2), name="Task 1")
    await asyncio.create_task(call(0.4), name="Task 2")
    print(f"both took {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    asyncio.run(main())
