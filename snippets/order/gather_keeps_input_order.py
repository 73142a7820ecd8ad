"""Whoever finishes first, gather() returns results in the order of its arguments."""

import asyncio

finished: list[str] = []


async def work(name: str, seconds: float) -> str:
    await asyncio.sleep(seconds)
    finished.append(name)
    return name


async def main() -> None:
    tasks = [
        asyncio.create_task(work(name, seconds), name=name)
        for name, seconds in (("A", 0.3), ("B", 0.1), ("C", 0.2))
    ]
    results = await asyncio.gather(*tasks)
    print(f"finished: {' '.join(finished)}")
    print(f"returned: {' '.join(results)}")


if __name__ == "__main__":
    asyncio.run(main())
