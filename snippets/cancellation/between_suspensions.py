"""Computing can't be cancelled: the request waits until the task waits."""

# /// script
# [tool.stopwatch]
# alone = true
# ///

import asyncio
import time


def crunch(seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass


async def work() -> None:
    await asyncio.sleep(0.1)
    crunch(0.4)
    print("computed to the end")
    await asyncio.sleep(1)
    print("never printed")


async def main() -> None:
    task = asyncio.create_task(work(), name="worker")
    asyncio.get_running_loop().call_later(0.2, task.cancel)
    await asyncio.wait([task])
    print(f"cancelled: {task.cancelled()}")


if __name__ == "__main__":
    asyncio.run(main())
