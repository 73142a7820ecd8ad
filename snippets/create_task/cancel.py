"""Your task is yours to stop: cancel it, then await it, and it is really over."""

import asyncio


async def poll() -> None:
    try:
        while True:
            print("polls")
            await asyncio.sleep(0.1)
    finally:
        await asyncio.sleep(0.1)  # say goodbye
        print("has hung up")


async def main() -> None:
    task = asyncio.create_task(poll(), name="poll")
    await asyncio.sleep(0.25)
    task.cancel()
    print("asked it to stop")
    try:
        await task
    except asyncio.CancelledError:
        print("it has stopped")


if __name__ == "__main__":
    asyncio.run(main())
