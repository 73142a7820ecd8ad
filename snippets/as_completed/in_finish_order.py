"""as_completed() hands results out as they come, the quickest first."""

import asyncio


async def fetch(user: str, seconds: float) -> str:
    await asyncio.sleep(seconds)
    return user


async def main() -> None:
    users = {"Ann": 0.3, "Bob": 0.1, "Cem": 0.2}
    tasks = [
        asyncio.create_task(fetch(user, seconds), name=user)
        for user, seconds in users.items()
    ]
    for next_one in asyncio.as_completed(tasks):
        print(f"got {await next_one}")


if __name__ == "__main__":
    asyncio.run(main())
