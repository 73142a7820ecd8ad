"""call_soon_threadsafe wakes the loop and has the loop itself set the result."""

import asyncio
import threading
import time


def measure(loop: asyncio.AbstractEventLoop, future: asyncio.Future[int]) -> None:
    time.sleep(0.2)  # a blocking call
    print("set")
    loop.call_soon_threadsafe(future.set_result, 42)


async def main() -> None:
    loop = asyncio.get_running_loop()
    future: asyncio.Future[int] = loop.create_future()
    alarm = asyncio.create_task(asyncio.sleep(0.8), name="alarm")
    threading.Thread(target=measure, args=(loop, future), name="sensor").start()
    print(f"got {await future}")
    await alarm


if __name__ == "__main__":
    asyncio.run(main())
