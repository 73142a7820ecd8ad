"""One deadline for several steps: timeout_at() takes a moment, not a duration."""

import asyncio


async def step(number: int, deadline: float) -> None:
    try:
        async with asyncio.timeout_at(deadline):
            await asyncio.sleep(0.2)
        print(f"step {number} is done")
    except TimeoutError:
        print(f"step {number}: no time left")


async def main() -> None:
    deadline = asyncio.get_running_loop().time() + 0.5
    for number in (1, 2, 3):
        await step(number, deadline)


if __name__ == "__main__":
    asyncio.run(main())
