"""The same two sleeps as tasks: 1 s and 2 s take 2 s."""

import asyncio
import time


async def wait(name: str, seconds: float) -> None:
    print(f"{name} started")
    await asyncio.sleep(seconds)
    print(f"{name} completed")


async def main() -> None:
    start = time.perf_counter()
    first = asyncio.create_task(wait("Task 1", 1), name="Task 1")
    second = asyncio.create_task(wait("Task 2", 2), name="Task 2")
    await first
    await second
    print(f"total {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    asyncio.run(main())
