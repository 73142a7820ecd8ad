"""One task fails: the group cancels the others, waits for them, and raises."""

import asyncio


async def fetch(seconds: float) -> None:
    try:
        await asyncio.sleep(seconds)
        print("done")
    except asyncio.CancelledError:
        print("cancelled, cleaning up")
        raise


async def fail(seconds: float) -> None:
    await asyncio.sleep(seconds)
    raise ValueError("no such user")


async def main() -> None:
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fetch(0.1), name="A")
            group.create_task(fail(0.2), name="B")
            group.create_task(fetch(0.4), name="C")
    except* ValueError as errors:
        print(f"caught {errors.exceptions}")


if __name__ == "__main__":
    asyncio.run(main())
