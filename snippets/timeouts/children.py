"""A timeout around a task group cancels its tasks; around gather(), its children."""

import asyncio


async def fetch(seconds: float) -> None:
    try:
        await asyncio.sleep(seconds)
    except asyncio.CancelledError:
        print("cancelled")
        raise


async def main() -> None:
    try:
        async with asyncio.timeout(0.2), asyncio.TaskGroup() as group:
            group.create_task(fetch(0.1), name="A")
            group.create_task(fetch(0.5), name="B")
    except TimeoutError:
        print("the group is over")
    slow = asyncio.create_task(fetch(0.5), name="C")
    try:
        async with asyncio.timeout(0.2):
            await asyncio.gather(slow)
    except TimeoutError:
        print("the gather is over")


if __name__ == "__main__":
    asyncio.run(main())
