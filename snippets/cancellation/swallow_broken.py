"""A task that catches CancelledError and goes on can't be stopped."""

import asyncio


async def poll() -> str:
    for _ in range(3):
        try:
            await asyncio.sleep(0.2)
            print("polled")
        except asyncio.CancelledError:
            print("no, thanks")  # and no raise
    return "finished all the same"


async def main() -> None:
    task = asyncio.create_task(poll(), name="poller")
    await asyncio.sleep(0.1)
    task.cancel()
    await asyncio.wait([task])
    print(f"cancelled: {task.cancelled()}, result: {task.result()}")


if __name__ == "__main__":
    asyncio.run(main())
