"""A coroutine runs once: awaited again, it raises RuntimeError."""

# /// script
# [tool.stopwatch]
# raises = "RuntimeError"
# ///

import asyncio


async def price() -> int:
    await asyncio.sleep(0.1)
    return 42


async def main() -> None:
    coroutine = price()
    print(await coroutine)
    print(await coroutine)


if __name__ == "__main__":
    asyncio.run(main())
