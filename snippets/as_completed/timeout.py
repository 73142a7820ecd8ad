"""as_completed()'s timeout raises at the await that is due, and cancels nothing."""

import asyncio


async def fetch(user: str, seconds: float) -> str:
    await asyncio.sleep(seconds)
    print("finished")
    return user


async def main() -> None:
    tasks = [
        asyncio.create_task(fetch("Ann", 0.1), name="Ann"),
        asyncio.create_task(fetch("Bob", 0.4), name="Bob"),
    ]
    try:
        for next_one in asyncio.as_completed(tasks, timeout=0.2):
            print(f"got {await next_one}")
    except TimeoutError:
        print(f"TimeoutError; Bob cancelled: {tasks[1].cancelled()}")
    await asyncio.wait(tasks)


if __name__ == "__main__":
    asyncio.run(main())
