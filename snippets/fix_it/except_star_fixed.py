"""except* looks into the group: it catches the ValueErrors, whoever raised them."""

import asyncio


async def fail() -> None:
    await asyncio.sleep(0.1)
    raise ValueError("no such user")


async def main() -> None:
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail(), name="A")
    except* ValueError as group_of_errors:
        for error in group_of_errors.exceptions:
            print(f"caught {error!r}")


if __name__ == "__main__":
    asyncio.run(main())
