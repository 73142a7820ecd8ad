"""Tasks start in the order of their creation and finish by what they wait for."""

import asyncio


async def work(seconds: float) -> None:
    print("starts")
    await asyncio.sleep(seconds)
    print("ends")


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(work(0.3), name="A")
        group.create_task(work(0.1), name="B")
        group.create_task(work(0.2), name="C")


if __name__ == "__main__":
    asyncio.run(main())
