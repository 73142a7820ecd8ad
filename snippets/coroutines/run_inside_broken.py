"""asyncio.run() starts a loop, and a thread that runs one can't start a second."""

# /// script
# [tool.stopwatch]
# raises = "RuntimeError"
# ///

import asyncio


async def fetch() -> str:
    await asyncio.sleep(0.1)
    return "data"


def helper() -> str:
    return asyncio.run(fetch())  # fine in a script, not below a running loop


async def main() -> None:
    print(helper())


if __name__ == "__main__":
    asyncio.run(main())
