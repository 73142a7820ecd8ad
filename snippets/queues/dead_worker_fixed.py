"""The worker outlives a bad item, and counts it as done whatever became of it."""

import asyncio

SECONDS = {3: 0.1, 0: 0.2, 4: 0.2, 6: 0.2}


async def worker(queue: asyncio.Queue[int]) -> None:
    while True:
        number = await queue.get()
        try:
            await asyncio.sleep(SECONDS[number])  # stands for a request
            print(f"item {number}: {12 / number:.0f}")
        except Exception as error:
            print(f"item {number}: {error!r}")
        finally:
            queue.task_done()


async def main() -> None:
    queue: asyncio.Queue[int] = asyncio.Queue()
    for number in SECONDS:
        queue.put_nowait(number)
    names = ("worker 1", "worker 2")
    workers = [asyncio.create_task(worker(queue), name=name) for name in names]
    await queue.join()
    print("all items are done")
    for task in workers:
        task.cancel()
    await asyncio.gather(*workers, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
