"""Without a bound a fast producer fills the memory before anything is consumed."""

import asyncio


async def produce(queue: asyncio.Queue[int]) -> None:
    most = 0
    for number in range(8):
        await queue.put(number)
        most = max(most, queue.qsize())
        print(f"put {number}")
    print(f"at most {most} waiting")


async def consume(queue: asyncio.Queue[int]) -> None:
    for _ in range(8):
        number = await queue.get()
        await asyncio.sleep(0.1)  # slower than the producer
        print(f"done {number}")


async def main() -> None:
    queue: asyncio.Queue[int] = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        group.create_task(produce(queue), name="producer")
        group.create_task(consume(queue), name="consumer")


if __name__ == "__main__":
    asyncio.run(main())
