"""A loop for the waiting, processes for the computing: neither holds up the other."""

# /// script
# requires-python = ">=3.11"
# [tool.stopwatch]
# alone = true  # burns CPU
# ///

import asyncio
from concurrent.futures import ProcessPoolExecutor


def compute(steps: int) -> int:
    return sum(number * number for number in range(steps))


async def download(name: str, seconds: float) -> str:
    await asyncio.sleep(seconds)  # stands for a request
    return name


async def handle(name: str, seconds: float, pool: ProcessPoolExecutor) -> None:
    data = await download(name, seconds)
    print("downloaded")
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(pool, compute, 9_000_000)
    print(f"computed {data}")


async def main() -> None:
    with ProcessPoolExecutor(max_workers=2) as pool:
        async with asyncio.TaskGroup() as group:
            for name, seconds in (("A", 0.1), ("B", 0.2), ("C", 0.3)):
                group.create_task(handle(name, seconds, pool), name=name)


if __name__ == "__main__":
    asyncio.run(main())
