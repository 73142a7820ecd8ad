"""In an f-string :.2f asks for two decimals; a width stands before the point."""

import asyncio
import time


async def fetch() -> None:
    await asyncio.sleep(0.1)  # stands for a request


async def main() -> None:
    start = time.perf_counter()
    await fetch()
    seconds = time.perf_counter() - start
    print(f"took {seconds:.2f} s")
    print(f"took {seconds:8.2f} s, in a column 8 wide")


if __name__ == "__main__":
    asyncio.run(main())
