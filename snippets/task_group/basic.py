"""A task group starts tasks and, at its end, waits for all of them."""

import asyncio


async def fetch(user: str, seconds: float) -> None:
    print(f"asks for {user}")
    await asyncio.sleep(seconds)
    print(f"has {user}")


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(fetch("Ann", 0.3), name="A")
        group.create_task(fetch("Bob", 0.1), name="B")
        group.create_task(fetch("Cem", 0.2), name="C")
        print("the body is done")
    print("the group is done")


if __name__ == "__main__":
    asyncio.run(main())
