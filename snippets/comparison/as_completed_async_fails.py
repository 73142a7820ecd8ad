"""async for over as_completed(): the error is raised when you await that task."""

# /// script
# requires-python = ">=3.13"
# ///

import asyncio

CALLS = {"A": 0.3, "B": 0.6, "C": 0.9}


async def call(name: str, seconds: float) -> str:
    await asyncio.sleep(seconds)
    if name == "B":
        raise ValueError("B failed")
    return f"{name} after {seconds} s"


async def main() -> None:
    tasks = [
        asyncio.create_task(call(name, seconds), name=name)
        for name, seconds in CALLS.items()
    ]
    try:
        async for task in asyncio.as_completed(tasks):
            print(f"{await task}, one of mine: {task in tasks}")
    except ValueError as error:
        print(f"raised: {error}")
    await asyncio.sleep(0.7)  # who is still running?


if __name__ == "__main__":
    asyncio.run(main())
