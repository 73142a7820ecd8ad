"""asyncio.timeout() limits a block: A and B are done, C is cut off."""

import asyncio

CALLS = {"A": 0.3, "B": 0.6, "C": 0.9}


async def call(name: str, seconds: float) -> str:
    await asyncio.sleep(seconds)
    return f"{name} after {seconds} s"


async def main() -> None:
    try:
        async with asyncio.timeout(1.2):
            for name, seconds in CALLS.items():
                print(await call(name, seconds))
    except TimeoutError:
        print("TimeoutError")


if __name__ == "__main__":
    asyncio.run(main())
