"""A task starts when the loop next gets control, not when somebody awaits it."""

import asyncio
import time


async def work() -> None:
    print("the task starts")


async def main() -> None:
    task = asyncio.create_task(work(), name="work")
    time.sleep(0.1)  # main holds the loop: nobody else runs
    print("main has slept, holding the loop")
    await asyncio.sleep(0.1)
    print("main has slept, giving it up")
    await task
    print("main awaited a task that was long done")


if __name__ == "__main__":
    asyncio.run(main())
