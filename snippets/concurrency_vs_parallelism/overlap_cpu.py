"""Pure-Python computing overlaps in processes, but not in tasks, nor in threads."""

# /// script
# [tool.stopwatch]
# alone = true
# ///

import asyncio
import time
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor


def count() -> None:
    n = 0
    while n < 8_000_000:
        n += 1


async def count_async() -> None:
    count()


async def as_tasks() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(count_async(), name="task 1")
        group.create_task(count_async(), name="task 2")


def on_pool(pool: Executor) -> None:
    with pool:
        for future in [pool.submit(count), pool.submit(count)]:
            future.result()


def report(label: str, start: float) -> None:
    print(f"{label}: {time.perf_counter() - start:.2f} s")


if __name__ == "__main__":
    start = time.perf_counter()
    count()
    report("once", start)

    start = time.perf_counter()
    asyncio.run(as_tasks())
    report("twice, as tasks", start)

    start = time.perf_counter()
    on_pool(ThreadPoolExecutor(2, thread_name_prefix="thread"))
    report("twice, in threads", start)

    start = time.perf_counter()
    on_pool(ProcessPoolExecutor(2))
    report("twice, in processes", start)
