"""A result set from another thread doesn't wake the loop, which sleeps on."""

import asyncio
import threading
import time


def measure(future: asyncio.Future[int]) -> None:
    time.sleep(0.2)  # a blocking call
    print("set")
    future.set_result(42)  # wrong: the loop isn't told


async def main() -> None:
    future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    alarm = asyncio.create_task(asyncio.sleep(0.8), name="alarm")
    threading.Thread(target=measure, args=(future,), name="sensor").start()
    print(f"got {await future}")
    await alarm


if __name__ == "__main__":
    asyncio.run(main())
