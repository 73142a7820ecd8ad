"""A name makes a task findable: in a log, in an error message, among all_tasks()."""

import asyncio


async def fetch(user: int) -> None:
    await asyncio.sleep(0.1 * user)


async def main() -> None:
    for user in (1, 2, 3):
        background.add(asyncio.create_task(fetch(user), name=f"fetch user {user}"))
    await asyncio.sleep(0.15)
    still_there = sorted(task.get_name() for task in asyncio.all_tasks())
    print(", ".join(still_there))
    await asyncio.wait(background)


background: set[asyncio.Task[None]] = set()

if __name__ == "__main__":
    asyncio.run(main())
