"""Three dishes of 10 minutes: 30 in turn, 10 when their waiting overlaps."""

import asyncio
import time

MINUTE = 0.03  # seconds


async def cook(dish: str) -> None:
    print(f"{dish}: on the stove")
    await asyncio.sleep(10 * MINUTE)  # the stove works, the cook is free


async def in_turn() -> None:
    await cook("soup")
    await cook("stew")
    await cook("rice")


async def overlapped() -> None:
    await asyncio.gather(
        asyncio.create_task(cook("soup"), name="soup"),
        asyncio.create_task(cook("stew"), name="stew"),
        asyncio.create_task(cook("rice"), name="rice"),
    )


async def main() -> None:
    for plan in (in_turn, overlapped):
        start = time.perf_counter()
        await plan()
        minutes = (time.perf_counter() - start) / MINUTE
        print(f"{plan.__name__}: {minutes:.0f} minutes")


if __name__ == "__main__":
    asyncio.run(main())
