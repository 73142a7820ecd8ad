"""Batches of three: the next three wait until the slowest of these is done."""

import asyncio

CALLS = list(zip("ABCDEFGHI", [0.4, 0.1, 0.2] * 3, strict=True))


async def call(seconds: float) -> None:
    await asyncio.sleep(seconds)  # stands for a request


async def main() -> None:
    for first in range(0, len(CALLS), 3):
        async with asyncio.TaskGroup() as batch:
            for name, seconds in CALLS[first : first + 3]:
                batch.create_task(call(seconds), name=name)
        print(f"{first + 3} of {len(CALLS)} done")


if __name__ == "__main__":
    asyncio.run(main())
