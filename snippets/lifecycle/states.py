"""A task is pending, then done: with a result, an exception, or cancelled."""

import asyncio


async def succeed() -> str:
    await asyncio.sleep(0.1)
    return "tea"


async def fail() -> str:
    await asyncio.sleep(0.2)
    raise ValueError("no tea")


async def linger() -> str:
    await asyncio.sleep(9)
    return "never"


def state(task: asyncio.Task[str]) -> str:
    if not task.done():
        return "pending"
    if task.cancelled():
        return "cancelled"
    return (
        f"exception {task.exception()!r}"
        if task.exception()
        else f"result {task.result()!r}"
    )


async def main() -> None:
    tasks = [
        asyncio.create_task(succeed(), name="good"),
        asyncio.create_task(fail(), name="bad"),
        asyncio.create_task(linger(), name="slow"),
    ]
    print(f"created: {', '.join(state(task) for task in tasks)}")
    await asyncio.sleep(0.15)
    print(f"later: {', '.join(state(task) for task in tasks)}")
    tasks[2].cancel()
    await asyncio.wait(tasks)
    print(f"at the end: {', '.join(state(task) for task in tasks)}")


if __name__ == "__main__":
    asyncio.run(main())
