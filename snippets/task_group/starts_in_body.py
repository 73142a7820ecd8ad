"""The tasks don't wait for the end of the block: they run whenever its body waits."""

import asyncio


async def work() -> None:
    print("starts")
    await asyncio.sleep(0.2)
    print("ends")


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(work(), name="A")
        print("created, not started")
        await asyncio.sleep(0.1)
        print("has waited 0.1 s inside the block")
        group.create_task(work(), name="B")
    print("all done")


if __name__ == "__main__":
    asyncio.run(main())
