"""Awaited in turn, three calls take the sum of their times."""

import asyncio

CALLS = {"A": 0.3, "B": 0.6, "C": 0.9}


async def call(name: str, seconds: float) -> str:
    await asyncio.sleep(seconds)
    return f"{name} after {seconds} s"


async def main() -> None:
    for name, seconds in CALLS.items():
        print(await call(name, seconds))


if __name__ == "__main__":
    asyncio.run(main())
