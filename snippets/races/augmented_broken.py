"""'total += await price()' reads total before it waits: one line, the same race."""

import asyncio

total = 0


async def price(seconds: float) -> int:
    await asyncio.sleep(seconds)  # stands for a request
    return 10


async def add(seconds: float) -> None:
    global total
    total += await price(seconds)
    print(f"total {total}")


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        for name, seconds in (("A", 0.1), ("B", 0.2), ("C", 0.3)):
            group.create_task(add(seconds), name=name)
    print(f"3 prices of 10, total {total}")


if __name__ == "__main__":
    asyncio.run(main())
