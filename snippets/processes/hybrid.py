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


async def download(name: str) -> str:
    await asyncio.sleep(0.2)  # stands for a request
    return name


async def handle(name: str, pool: ProcessPoolExecutor) -> None:
    data = await download(name)
    print("downloaded")
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(pool, compute, 2_000_000)
    print(f"computed {data}")


async def main() -> None:
    with ProcessPoolExecutor(max_workers=2) as pool:
        async with asyncio.TaskGroup() as group:
            for name in ("A", "B", "C"):
                group.create_task(handle(name, pool), name=name)


if __name__ == "__main__":
    asyncio.run(main())
