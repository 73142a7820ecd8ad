"""time.sleep holds the event loop: five tasks that "wait" 0.1 s take the sum."""

import asyncio
import time


async def fetch() -> None:
    time.sleep(0.1)  # stands for any blocking call: requests.get, open, a query


async def main() -> None:
    start = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(1, 6):
            group.create_task(fetch(), name=f"fetch {number}")
    print(f"five calls in {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    asyncio.run(main())
