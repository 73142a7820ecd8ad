"""The maker goes on first: a task starts when its maker waits, not when it is made."""

import asyncio


async def work() -> None:
    print("task")


async def main() -> None:
    task = asyncio.create_task(work(), name="A")
    print("main, after create_task")
    print("main, still no wait")
    await task
    print("main, after the await")


if __name__ == "__main__":
    asyncio.run(main())
