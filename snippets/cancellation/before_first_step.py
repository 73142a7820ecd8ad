"""Cancelled before its first step, a task never runs its body: not even its finally."""

import asyncio


async def work() -> None:
    try:
        print("never printed")
    finally:
        print("nor this")


async def main() -> None:
    task = asyncio.create_task(work(), name="worker")
    task.cancel()
    await asyncio.wait([task])
    print(f"cancelled: {task.cancelled()}")


if __name__ == "__main__":
    asyncio.run(main())
