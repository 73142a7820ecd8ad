"""Queue.shutdown(): no more goes in, what is in there is still done, then all leave."""

# /// script
# requires-python = ">=3.13"
# ///

import asyncio

SECONDS = [0.1, 0.2, 0.2, 0.2, 0.2]


async def worker(queue: asyncio.Queue[int]) -> None:
    try:
        while True:
            number = await queue.get()
            await asyncio.sleep(SECONDS[number])  # stands for a request
            print(f"item {number}")
    except asyncio.QueueShutDown:
        print("goes home")


async def main() -> None:
    queue: asyncio.Queue[int] = asyncio.Queue(maxsize=2)
    async with asyncio.TaskGroup() as group:
        for name in ("worker 1", "worker 2"):
            group.create_task(worker(queue), name=name)
        for number in range(5):
            await queue.put(number)
        queue.shutdown()
        print(f"shut down, {queue.qsize()} still inside")
        try:
            await queue.put(5)
        except asyncio.QueueShutDown:
            print("item 5 is refused")
    print("all home")


if __name__ == "__main__":
    asyncio.run(main())
