"""A task runs while its maker does something else; awaited later, it has a result."""

import asyncio


async def download() -> str:
    print("starts")
    await asyncio.sleep(0.3)
    return "1 file"


async def main() -> None:
    task = asyncio.create_task(download(), name="download")
    print("goes on at once")
    await asyncio.sleep(0.2)
    print("has done something else")
    print(f"got {await task}")


if __name__ == "__main__":
    asyncio.run(main())
