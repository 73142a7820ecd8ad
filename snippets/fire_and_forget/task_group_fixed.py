"""A task group holds its tasks and raises their errors: nothing to remember."""

import asyncio


async def save() -> None:
    await asyncio.sleep(0.1)
    raise OSError("disk full")


async def main() -> None:
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(save(), name="save")
            print("main goes on with something else")
    except* OSError as errors:
        print(f"heard: {errors.exceptions[0]}")


if __name__ == "__main__":
    asyncio.run(main())
