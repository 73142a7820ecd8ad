"""A coroutine can be awaited once; a task keeps its result for everyone who asks."""

import asyncio


async def answer() -> int:
    return 42


async def main() -> None:
    coroutine = answer()
    print(f"coroutine: {await coroutine}")
    try:
        await coroutine
    except RuntimeError as error:
        print(f"coroutine: RuntimeError: {error}")

    task = asyncio.create_task(answer(), name="task")
    print(f"task: {await task}")
    print(f"task again: {await task}")


if __name__ == "__main__":
    asyncio.run(main())
