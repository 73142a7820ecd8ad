"""gather() returns results in the order of its arguments, whoever finishes first."""

import asyncio


async def work(name: str, seconds: float) -> str:
    await asyncio.sleep(seconds)
    print(f"{name} done")
    return name


async def main() -> None:
    results = await asyncio.gather(
        asyncio.create_task(work("A", 0.3), name="A"),
        asyncio.create_task(work("B", 0.1), name="B"),
        asyncio.create_task(work("C", 0.2), name="C"),
    )
    print(results)


if __name__ == "__main__":
    asyncio.run(main())
