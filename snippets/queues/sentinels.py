"""One None for each worker, behind the last item, sends them all home."""

import asyncio

SECONDS = [0.1, 0.2, 0.2, 0.2, 0.2]


async def worker(queue: asyncio.Queue[int | None]) -> None:
    while (number := await queue.get()) is not None:
        await asyncio.sleep(SECONDS[number])  # stands for a request
        print(f"item {number}")
    print("goes home")


async def main() -> None:
    queue: asyncio.Queue[int | None] = asyncio.Queue(maxsize=2)
    async with asyncio.TaskGroup() as group:
        for name in ("worker 1", "worker 2"):
            group.create_task(worker(queue), name=name)
        for number in range(5):
            await queue.put(number)
        for _ in range(2):
            await queue.put(None)  # one for each worker
    print("all home")


if __name__ == "__main__":
    asyncio.run(main())
