"""Wherever tasks and groups are made, all of one thread share its one running loop."""

import asyncio

loops: set[asyncio.AbstractEventLoop] = set()


async def work(seconds: float) -> None:
    loops.add(asyncio.get_running_loop())
    await asyncio.sleep(seconds)


async def kitchen() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(work(0.3), name="toast")
        group.create_task(work(0.2), name="eggs")


async def office() -> None:
    await asyncio.create_task(work(0.3), name="report")


async def main() -> None:
    loops.add(asyncio.get_running_loop())
    kitchen_task = asyncio.create_task(kitchen(), name="kitchen")
    office_task = asyncio.create_task(office(), name="office")
    await kitchen_task
    await office_task
    print(f"loops: {len(loops)}")


if __name__ == "__main__":
    asyncio.run(main())
