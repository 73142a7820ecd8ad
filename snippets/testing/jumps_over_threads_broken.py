"""A thread lives in real time: a virtual clock runs out before it has answered."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

from virtual_clock import VirtualLoop


async def main() -> None:
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1) as pool:
        try:
            async with asyncio.timeout(60):
                await loop.run_in_executor(pool, time.sleep, 0.1)
            print("done in time")
        except TimeoutError:
            print(f"timed out when the loop's clock said {loop.time():.0f} s")


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(main())
