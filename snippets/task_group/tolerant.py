"""To keep what succeeds, catch the error inside the task: the group never sees it."""

import asyncio


async def fetch(user: str, seconds: float) -> str:
    await asyncio.sleep(seconds)
    if user == "bob":
        raise ValueError("no such user")
    return user


async def fetch_or_none(user: str, seconds: float) -> str | None:
    try:
        return await fetch(user, seconds)
    except ValueError as error:
        print(f"{user}: {error}")
        return None


async def main() -> None:
    users = {"ann": 0.3, "bob": 0.1, "cem": 0.2}
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(fetch_or_none(user, seconds), name=user)
            for user, seconds in users.items()
        ]
    print([task.result() for task in tasks])


if __name__ == "__main__":
    asyncio.run(main())
