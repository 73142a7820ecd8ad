"""Two tasks take two locks in opposite order: each waits for the other, for ever."""

import asyncio


async def move(first: asyncio.Lock, second: asyncio.Lock) -> None:
    async with first:
        print("has one lock")
        await asyncio.sleep(0.1)
        async with second:
            print("has both")


async def main() -> None:
    left, right = asyncio.Lock(), asyncio.Lock()
    try:
        async with asyncio.timeout(0.5), asyncio.TaskGroup() as group:
            group.create_task(move(left, right), name="A")
            group.create_task(move(right, left), name="B")
    except TimeoutError:
        print("gave up")


if __name__ == "__main__":
    asyncio.run(main())
