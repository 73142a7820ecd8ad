"""Start what waits first: then hands-on work overlaps with it, yet delays its end."""

import asyncio
import time

MINUTE = 0.03  # seconds


async def cook(dish: str, minutes: int) -> None:
    print(f"{dish}: on the stove")
    await asyncio.sleep(minutes * MINUTE)  # the stove works, the cook is free
    print(f"{dish}: off the stove")


async def stir_fry() -> None:
    print("stir-fry: stirring")
    time.sleep(10 * MINUTE)  # hands busy: nobody else gets the loop
    print("stir-fry: done")


async def main() -> None:
    start = time.perf_counter()
    await asyncio.gather(
        asyncio.create_task(cook("soup", 5), name="soup"),
        asyncio.create_task(cook("rice", 10), name="rice"),
        asyncio.create_task(stir_fry(), name="stir-fry"),
    )
    minutes = (time.perf_counter() - start) / MINUTE
    print(f"all done after {minutes:.0f} minutes")


if __name__ == "__main__":
    asyncio.run(main())
