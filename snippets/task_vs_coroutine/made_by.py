"""A coroutine needs no event loop to be made; a Task needs a running one."""

import asyncio


async def work() -> None:
    await asyncio.sleep(0)


def without_a_loop() -> None:
    coroutine = work()
    print(f"made a {type(coroutine).__name__}")
    try:
        asyncio.create_task(coroutine)
    except RuntimeError as error:
        print(f"create_task: RuntimeError: {error}")
    coroutine.close()


async def main() -> None:
    task = asyncio.create_task(work(), name="task")
    print(f"made a {type(task).__name__}")
    await task


if __name__ == "__main__":
    without_a_loop()
    asyncio.run(main())
