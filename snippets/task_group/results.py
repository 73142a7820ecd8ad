"""Keep the tasks that the group returns: after the block, each has its result."""

import asyncio


async def fetch(user: str, seconds: float) -> str:
    await asyncio.sleep(seconds)
    return user.upper()


async def main() -> None:
    users = {"ann": 0.3, "bob": 0.1, "cem": 0.2}
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(fetch(user, seconds), name=user)
            for user, seconds in users.items()
        ]
    print([task.result() for task in tasks])


if __name__ == "__main__":
    asyncio.run(main())
