"""Tasks share one thread: four that only compute take four times as long as one."""

# /// script
# [tool.stopwatch]
# alone = true
# ///

import asyncio
import time


async def compute() -> None:
    n = 0
    while n < 5_000_000:  # nothing to wait for: no other task gets the loop
        n += 1


async def in_tasks(names: list[str]) -> float:
    start = time.perf_counter()
    await asyncio.gather(*(asyncio.create_task(compute(), name=name) for name in names))
    return time.perf_counter() - start


async def main() -> None:
    one = await in_tasks(["alone"])
    four = await in_tasks(["A", "B", "C", "D"])
    print(f"one task: {one:.2f} s, four tasks: {four:.2f} s")


if __name__ == "__main__":
    asyncio.run(main())
