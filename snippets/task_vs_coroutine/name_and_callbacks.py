"""A task has a name and tells when it is done; a coroutine has neither."""

import asyncio


async def work() -> None:
    await asyncio.sleep(0.1)


def report(task: asyncio.Task[None]) -> None:
    print(f"{task.get_name()} is done")


async def main() -> None:
    coroutine = work()
    print(f"coroutine: {work.__qualname__}")
    print(f"coroutine has get_name(): {hasattr(coroutine, 'get_name')}")
    print(f"has add_done_callback(): {hasattr(coroutine, 'add_done_callback')}")

    task = asyncio.create_task(coroutine, name="fetch")
    task.add_done_callback(report)
    await task


if __name__ == "__main__":
    asyncio.run(main())
