"""except ValueError doesn't catch a group of them: an ExceptionGroup is raised."""

# /// script
# [tool.stopwatch]
# raises = "ExceptionGroup"
# ///

import asyncio


async def fail() -> None:
    await asyncio.sleep(0.1)
    raise ValueError("no such user")


async def main() -> None:
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail(), name="A")
    except ValueError:
        print("never printed")


if __name__ == "__main__":
    asyncio.run(main())
