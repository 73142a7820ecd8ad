"""One sentinel for two workers: the first one takes it, the second waits forever."""

import asyncio

SECONDS = [0.1, 0.2, 0.2]


async def worker(queue: asyncio.Queue[int | None]) -> None:
    while (number := await queue.get()) is not None:
        await asyncio.sleep(SECONDS[number])  # stands for a request
        print(f"item {number}")
    print("goes home")


async def main() -> None:
    queue: asyncio.Queue[int | None] = asyncio.Queue()
    for item in (0, 1, 2, None):
        queue.put_nowait(item)
    try:
        async with asyncio.timeout(0.6), asyncio.TaskGroup() as group:
            for name in ("worker 1", "worker 2"):
                group.create_task(worker(queue), name=name)
    except TimeoutError:
        print("somebody is still waiting")


if __name__ == "__main__":
    asyncio.run(main())
