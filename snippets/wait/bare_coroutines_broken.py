"""wait() takes tasks, not coroutines: a bare one is a TypeError since Python 3.11."""

# /// script
# [tool.stopwatch]
# raises = "TypeError"
# ///

import asyncio


async def fetch() -> str:
    await asyncio.sleep(0.1)
    return "an answer"


async def main() -> None:
    done, _ = await asyncio.wait([fetch(), fetch()])
    print(len(done))


if __name__ == "__main__":
    asyncio.run(main())
