"""What as_completed() yields is none of your tasks: have the result say whose it is."""

import asyncio


async def fetch(user: str, seconds: float) -> tuple[str, int]:
    await asyncio.sleep(seconds)
    return user, len(user)


async def main() -> None:
    users = {"Ann": 0.2, "Roberta": 0.1}
    tasks = [
        asyncio.create_task(fetch(user, seconds), name=user)
        for user, seconds in users.items()
    ]
    for next_one in asyncio.as_completed(tasks):
        print(f"is it one of mine? {next_one in tasks}")
        user, length = await next_one
        print(f"{user}: {length}")


if __name__ == "__main__":
    asyncio.run(main())
