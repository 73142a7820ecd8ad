"""In an f-string :2f asks for a width of 2; the decimals stay six."""

import asyncio
import time


async def fetch() -> None:
    await asyncio.sleep(0.1)  # stands for a request


async def main() -> None:
    start = time.perf_counter()
    await fetch()
    seconds = time.perf_counter() - start
    print(f"took {seconds:2f} s")


if __name__ == "__main__":
    asyncio.run(main())
