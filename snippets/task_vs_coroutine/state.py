"""A coroutine has four states, seen with inspect; a task is done or it isn't."""

import asyncio
from collections.abc import Coroutine
from inspect import getcoroutinestate
from typing import Any

running: list[Coroutine[Any, Any, None]] = []


async def work() -> None:
    print(f"inside: {getcoroutinestate(running[0])}")
    await asyncio.sleep(0.1)


async def main() -> None:
    coroutine = work()
    running.append(coroutine)
    task = asyncio.create_task(coroutine, name="task")
    for seconds in (0, 0.05, 0.1):
        print(f"{getcoroutinestate(coroutine)}, done: {task.done()}")
        await asyncio.sleep(seconds)
    print(f"{getcoroutinestate(coroutine)}, done: {task.done()}")
    print(f"cancelled: {task.cancelled()}")


if __name__ == "__main__":
    asyncio.run(main())
