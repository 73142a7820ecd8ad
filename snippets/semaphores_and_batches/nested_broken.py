"""Whoever holds a place and asks for a second one can wait for itself forever."""

import asyncio


async def call(semaphore: asyncio.Semaphore, depth: int) -> None:
    async with semaphore:
        await asyncio.sleep(0.1)  # stands for a request
        if depth:
            await call(semaphore, depth - 1)  # a follow-up, while holding a place
    print(f"done at depth {depth}")


async def main() -> None:
    two = asyncio.Semaphore(2)
    try:
        async with asyncio.timeout(0.5), asyncio.TaskGroup() as group:
            for name in "AB":
                group.create_task(call(two, depth=1), name=name)
    except TimeoutError:
        print("nobody got any further")


if __name__ == "__main__":
    asyncio.run(main())
