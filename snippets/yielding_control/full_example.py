"""Only an await that really waits lets the other task run: read it off the log."""

import asyncio


async def never_waits() -> None:
    print("helper: no wait in here")


async def waits() -> None:
    print("helper: about to wait")
    await asyncio.sleep(0.1)
    print("helper: waited")


async def job() -> None:
    print("begins")
    await never_waits()
    print("is back, and nobody else has run")
    await waits()
    print("ends")


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(job(), name="A")
        group.create_task(job(), name="B")


if __name__ == "__main__":
    asyncio.run(main())
