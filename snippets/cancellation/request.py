"""cancel() is a request: the CancelledError arrives at the task's next suspension."""

import asyncio


async def work() -> None:
    try:
        print("waits")
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        print("told to stop, cleaning up")
        raise  # always


async def main() -> None:
    task = asyncio.create_task(work(), name="worker")
    await asyncio.sleep(0.2)
    task.cancel()
    print(f"right after cancel(), done: {task.done()}")
    try:
        await task
    except asyncio.CancelledError:
        print(f"after awaiting it, cancelled: {task.cancelled()}")


if __name__ == "__main__":
    asyncio.run(main())
