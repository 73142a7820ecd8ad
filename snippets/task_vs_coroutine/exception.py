"""A coroutine raises at its await; a task keeps the error until somebody asks."""

import asyncio


async def fail(name: str) -> None:
    raise ValueError(name)


async def main() -> None:
    try:
        await fail("coroutine")
    except ValueError as error:
        print(f"raised at the await: {error}")

    task = asyncio.create_task(fail("task"), name="task")
    await asyncio.sleep(0.1)
    print(f"task done: {task.done()}, and nothing was raised")
    print(f"exception() returns {task.exception()!r}")
    try:
        await task
    except ValueError as error:
        print(f"raised at its await: {error}")


if __name__ == "__main__":
    asyncio.run(main())
