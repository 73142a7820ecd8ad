"""await gives up the loop only when there is something to wait for."""

import asyncio


async def quick() -> None:
    pass


async def bystander() -> None:
    print("runs")


async def main() -> None:
    a = asyncio.create_task(bystander(), name="A")
    await quick()
    print("awaited a coroutine that never suspends")
    task = asyncio.create_task(quick(), name="quick")
    await task
    print("awaited a task that was not done")
    b = asyncio.create_task(bystander(), name="B")
    await task  # done by now
    print("awaited the same task, done")
    await asyncio.gather(a, b)


if __name__ == "__main__":
    asyncio.run(main())
