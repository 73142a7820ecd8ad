"""One cook with timers needs as long as the slowest dish: gather() waits for both."""

import asyncio
import time

MINUTE = 0.1  # seconds


async def make_coffee() -> str:
    print("coffee: machine on")
    await asyncio.sleep(3 * MINUTE)
    print("coffee: ready")
    return "coffee"


async def toast_bagel() -> str:
    print("bagel: toaster on")
    await asyncio.sleep(5 * MINUTE)
    print("bagel: ready")
    return "bagel"


async def main() -> None:
    start = time.perf_counter()
    breakfast = await asyncio.gather(
        asyncio.create_task(make_coffee(), name="coffee"),
        asyncio.create_task(toast_bagel(), name="bagel"),
    )
    minutes = (time.perf_counter() - start) / MINUTE
    print(f"{breakfast} after {minutes:.0f} minutes")


if __name__ == "__main__":
    asyncio.run(main())
