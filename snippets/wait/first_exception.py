"""FIRST_EXCEPTION returns at the first error, or when all are done; none is raised."""

import asyncio


async def step(seconds: float) -> None:
    await asyncio.sleep(seconds)


async def fail(seconds: float) -> None:
    await asyncio.sleep(seconds)
    raise ValueError("disk full")


async def main() -> None:
    tasks = [
        asyncio.create_task(step(0.1), name="A"),
        asyncio.create_task(fail(0.2), name="B"),
        asyncio.create_task(step(0.4), name="C"),
    ]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    print(f"done: {sorted(task.get_name() for task in done)}")
    print(f"still running: {[task.get_name() for task in pending]}")
    await asyncio.wait(pending)
    print(f"the error: {tasks[1].exception()!r}")


if __name__ == "__main__":
    asyncio.run(main())
