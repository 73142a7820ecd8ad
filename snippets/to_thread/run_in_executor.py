"""run_in_executor() is a method of the loop, and takes a pool of your own size."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor


def blocking_call(number: int) -> int:
    time.sleep(0.2)
    return number * number


async def main() -> None:
    loop = asyncio.get_running_loop()
    start = time.perf_counter()
    with ThreadPoolExecutor(max_workers=2, thread_name_prefix="worker") as pool:
        calls = [loop.run_in_executor(pool, blocking_call, n) for n in range(4)]
        print(await asyncio.gather(*calls))
    print(f"four calls, two workers: {time.perf_counter() - start:.1f} s")
    print(f"asyncio.run_in_executor exists: {hasattr(asyncio, 'run_in_executor')}")


if __name__ == "__main__":
    asyncio.run(main())
