"""Two sleeps awaited one after the other: 1 s + 2 s take 3 s."""

import asyncio
import time


async def wait(name: str, seconds: float) -> None:
    print(f"{name} started")
    await asyncio.sleep(seconds)
    print(f"{name} completed")


async def main() -> None:
    start = time.perf_counter()
    await wait("Call 1", 1)
    await wait("Call 2", 2)
    print(f"total {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    asyncio.run(main())
