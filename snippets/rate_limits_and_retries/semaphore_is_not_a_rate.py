"""Two at once is no rate: the shorter the calls, the more of them per second."""

import asyncio
import time

started: list[float] = []


async def call() -> None:
    started.append(time.perf_counter())
    await asyncio.sleep(0.05)  # a short request


async def limited(semaphore: asyncio.Semaphore) -> None:
    async with semaphore:
        await call()


async def main() -> None:
    two = asyncio.Semaphore(2)
    start = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for name in "ABCDEFGHIJ":
            group.create_task(limited(two), name=name)
    first_second = sum(moment - start < 1 for moment in started)
    print(f"{first_second} calls in the first second")


if __name__ == "__main__":
    asyncio.run(main())
