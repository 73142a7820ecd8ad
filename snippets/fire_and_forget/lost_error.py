"""An error in a task that nobody awaits is logged when the task is thrown away."""

import asyncio


async def save() -> None:
    await asyncio.sleep(0.1)
    raise OSError("disk full")


async def main() -> None:
    task = asyncio.create_task(save(), name="save")
    await asyncio.sleep(0.2)
    print("saved, or so main believes")
    del task  # the last reference: only now does anybody hear of it
    print("main ends well")


if __name__ == "__main__":
    asyncio.run(main())
