"""A coroutine runs as part of its caller's task; a Task is one of its own."""

import asyncio


def here() -> str:
    task = asyncio.current_task()
    return task.get_name() if task else "no task"


async def body(kind: str) -> None:
    print(f"{kind}: runs in {here()}")


async def main() -> None:
    caller = here()
    print(f"main is {caller}")
    await body("coroutine")
    await asyncio.create_task(body("task"), name="worker")


if __name__ == "__main__":
    asyncio.run(main())
