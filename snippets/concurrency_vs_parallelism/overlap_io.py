"""Waiting overlaps on one thread as well as on four: four waits last as long as one."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

WAIT = 0.3


async def as_tasks() -> None:
    async with asyncio.TaskGroup() as group:
        for n in range(1, 5):
            group.create_task(asyncio.sleep(WAIT), name=f"task {n}")


def as_threads() -> None:
    with ThreadPoolExecutor(max_workers=4, thread_name_prefix="thread") as pool:
        for _ in range(4):
            pool.submit(time.sleep, WAIT)


def main() -> None:
    start = time.perf_counter()
    asyncio.run(as_tasks())
    print(f"four tasks: {time.perf_counter() - start:.2f} s")

    start = time.perf_counter()
    as_threads()
    print(f"four threads: {time.perf_counter() - start:.2f} s")


if __name__ == "__main__":
    main()
