# /// script
# [tool.stopwatch]
# alone = true
# ///
"""Tasks share one thread: four that only compute take four times as long as one."""

import asyncio
import time


async def compute() -> None:
    n = 0
    while n < 3_000_000:  # nothing to wait for: no other task can run
        n += 1


async def in_tasks(count: int) -> float:
    start = time.perf_counter()
    tasks = [
        asyncio.create_task(compute(), name=f"{n} of {count}")
        for n in range(1, count + 1)
    ]
    await asyncio.gather(*tasks)
    return time.perf_counter() - start


async def main() -> None:
    one, four = await in_tasks(1), await in_tasks(4)
    print(f"one task: {one:.2f} s, four tasks: {four:.2f} s")


if __name__ == "__main__":
    asyncio.run(main())
