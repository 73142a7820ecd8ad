"""gather() returns a list in the order of its arguments."""

import asyncio

CALLS = {"A": 0.3, "B": 0.6, "C": 0.9}


async def call(name: str, seconds: float) -> str:
    await asyncio.sleep(seconds)
    return f"{name} after {seconds} s"


async def main() -> None:
    tasks = [
        asyncio.create_task(call(name, seconds), name=name)
        for name, seconds in CALLS.items()
    ]
    print(await asyncio.gather(*tasks))


if __name__ == "__main__":
    asyncio.run(main())
