"""wait_for() gives each call a limit of its own: C needs more than 0.7 s."""

import asyncio

CALLS = {"A": 0.3, "B": 0.6, "C": 0.9}


async def call(name: str, seconds: float) -> str:
    await asyncio.sleep(seconds)
    return f"{name} after {seconds} s"


async def main() -> None:
    for name, seconds in CALLS.items():
        try:
            print(await asyncio.wait_for(call(name, seconds), timeout=0.7))
        except TimeoutError:
            print(f"{name}: TimeoutError")


if __name__ == "__main__":
    asyncio.run(main())
