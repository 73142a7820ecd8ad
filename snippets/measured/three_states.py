"""A task runs, is suspended, or is ready but kept waiting: B holds the loop for A."""

import asyncio
import time


async def a() -> None:
    start = time.perf_counter()
    await asyncio.sleep(0.3)
    print(f"asked for 0.3 s, slept {time.perf_counter() - start:.1f} s")


async def b() -> None:
    await asyncio.sleep(0.1)
    print("holds the loop")
    time.sleep(0.4)
    print("lets go")


async def main() -> None:
    await asyncio.gather(
        asyncio.create_task(a(), name="A"),
        asyncio.create_task(b(), name="B"),
    )


if __name__ == "__main__":
    asyncio.run(main())
