"""In a task group the worker's error ends the waiting, and is heard."""

import asyncio


async def work(queue: asyncio.Queue[str]) -> None:
    while True:
        number = await queue.get()
        print(f"double of {number} is {2 * int(number)}")
        queue.task_done()


async def main() -> None:
    queue: asyncio.Queue[str] = asyncio.Queue()
    for number in ("1", "two", "3"):
        queue.put_nowait(number)
    try:
        async with asyncio.timeout(0.3), asyncio.TaskGroup() as group:
            worker = group.create_task(work(queue), name="worker")
            await queue.join()
            worker.cancel()
    except* ValueError as errors:
        print(f"heard: {errors.exceptions[0]}")


if __name__ == "__main__":
    asyncio.run(main())
