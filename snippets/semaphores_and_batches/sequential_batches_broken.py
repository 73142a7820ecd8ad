"""Batches in name only: an await for each item makes one call at a time."""

import asyncio

CALLS = list(zip("ABCDEFGHI", [0.4, 0.1, 0.2] * 3, strict=True))


async def call(name: str, seconds: float) -> str:
    await asyncio.sleep(seconds)  # stands for a request
    return name


async def main() -> None:
    for first in range(0, len(CALLS), 3):
        batch = CALLS[first : first + 3]
        answers = [await call(name, seconds) for name, seconds in batch]
        print(f"{first + 3} of {len(CALLS)} done: {' '.join(answers)}")


if __name__ == "__main__":
    asyncio.run(main())
