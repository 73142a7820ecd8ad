"""A timeout stops the waiting, not the thread: a blocking call can't be cancelled."""

import asyncio
import time


def blocking_call() -> None:
    time.sleep(0.4)
    print("the thread is done, and nobody asked any more")


async def main() -> None:
    start = time.perf_counter()
    try:
        async with asyncio.timeout(0.1):
            await asyncio.to_thread(blocking_call)
    except TimeoutError:
        print(f"timed out after {time.perf_counter() - start:.1f} s")
    print("main ends; asyncio.run waits for the thread")


if __name__ == "__main__":
    asyncio.run(main())
