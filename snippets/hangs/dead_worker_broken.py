"""A worker that died leaves its queue unfinished: join() waits for ever, in silence."""

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
    worker = asyncio.create_task(work(queue), name="worker")
    try:
        async with asyncio.timeout(0.3):
            await queue.join()
    except TimeoutError:
        print("gave up")
    worker.cancel()


if __name__ == "__main__":
    asyncio.run(main())
