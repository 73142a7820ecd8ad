"""A loop variable named like a function hides the function: UnboundLocalError."""

# /// script
# [tool.stopwatch]
# raises = "UnboundLocalError"
# ///

import asyncio


async def task(seconds: float) -> float:
    await asyncio.sleep(seconds)
    return seconds


async def main() -> None:
    first = asyncio.create_task(task(0.1))  # a local that has no value yet
    done, _ = await asyncio.wait([first])
    for task in done:  # because it gets one here
        print(task.result())


if __name__ == "__main__":
    asyncio.run(main())
