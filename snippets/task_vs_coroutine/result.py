"""A coroutine's result comes only through await; a task also has result()."""

import asyncio


async def answer() -> int:
    await asyncio.sleep(0.1)
    return 42


async def main() -> None:
    coroutine = answer()
    print(f"coroutine has result(): {hasattr(coroutine, 'result')}")
    print(f"coroutine: {await coroutine}")

    task = asyncio.create_task(answer(), name="task")
    try:
        task.result()
    except asyncio.InvalidStateError as error:
        print(f"too early: InvalidStateError: {error}")
    await task
    print(f"task: {task.result()}")


if __name__ == "__main__":
    asyncio.run(main())
