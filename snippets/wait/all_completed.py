"""wait() returns two sets of tasks and raises nothing: ask each task how it went."""

import asyncio


async def fetch(seconds: float) -> str:
    await asyncio.sleep(seconds)
    return "an answer"


async def fail(seconds: float) -> str:
    await asyncio.sleep(seconds)
    raise ValueError("no such user")


async def main() -> None:
    tasks = [
        asyncio.create_task(fetch(0.3), name="A"),
        asyncio.create_task(fail(0.1), name="B"),
        asyncio.create_task(fetch(0.2), name="C"),
    ]
    done, pending = await asyncio.wait(tasks)
    print(f"done: {len(done)}, pending: {len(pending)}")
    for task in tasks:  # not over done: a set has no order
        print(f"{task.get_name()}: {task.exception() or task.result()}")


if __name__ == "__main__":
    asyncio.run(main())
