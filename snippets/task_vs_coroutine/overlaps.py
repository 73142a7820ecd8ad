"""A coroutine doesn't overlap its caller; a task does."""

import asyncio
import time


async def nap(seconds: float) -> None:
    await asyncio.sleep(seconds)


async def with_coroutines() -> None:
    await nap(0.1)
    await nap(0.2)


async def with_task() -> None:
    task = asyncio.create_task(nap(0.1), name="nap")
    await nap(0.2)
    await task


async def main() -> None:
    start = time.perf_counter()
    await with_coroutines()
    half = time.perf_counter()
    await with_task()
    end = time.perf_counter()
    print(f"coroutines: {half - start:.2f} s")
    print(f"task: {end - half:.2f} s")


if __name__ == "__main__":
    asyncio.run(main())
