"""Awaited in turn, a failure is raised at its await and the rest never start."""

import asyncio

CALLS = {"A": 0.3, "B": 0.6, "C": 0.9}


async def call(name: str, seconds: float) -> str:
    await asyncio.sleep(seconds)
    if name == "B":
        raise ValueError("B failed")
    return f"{name} after {seconds} s"


async def main() -> None:
    try:
        for name, seconds in CALLS.items():
            print(await call(name, seconds))
    except ValueError as error:
        print(f"raised: {error}")
    await asyncio.sleep(0.7)  # who is still running?


if __name__ == "__main__":
    asyncio.run(main())
