"""An error waits in its task: whoever awaits the others first hears of it late."""

import asyncio


async def slow() -> str:
    await asyncio.sleep(0.6)
    return "done"


async def fail() -> str:
    await asyncio.sleep(0.1)
    raise ValueError("out of stock")


async def main() -> None:
    first = asyncio.create_task(slow(), name="slow")
    second = asyncio.create_task(fail(), name="fail")
    try:
        print(await first)
        print(await second)
    except ValueError as error:
        print(f"heard of it: {error}")


if __name__ == "__main__":
    asyncio.run(main())
