"""An error in a thread is raised at its await; the other threads run on."""

import asyncio
import time

CALLS = {"A": 0.3, "B": 0.6, "C": 0.9}


def call(name: str, seconds: float) -> str:
    time.sleep(seconds)
    if name == "B":
        raise ValueError("B failed")
    return f"{name} after {seconds} s"


async def main() -> None:
    try:
        calls = [
            asyncio.to_thread(call, name, seconds) for name, seconds in CALLS.items()
        ]
        print(await asyncio.gather(*calls))
    except ValueError as error:
        print(f"raised: {error}")
    await asyncio.sleep(0.7)  # who is still running?


if __name__ == "__main__":
    asyncio.run(main())
