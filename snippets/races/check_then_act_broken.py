"""Asking 'is it there?' and then waiting: all three miss, and all three fetch."""

import asyncio

cache: dict[str, str] = {}
fetches = 0


async def fetch(key: str) -> str:
    global fetches
    fetches += 1
    await asyncio.sleep(0.2)  # stands for a request
    return key.upper()


async def get(key: str) -> str:
    if key not in cache:
        print("not there, fetches it")
        cache[key] = await fetch(key)
    return cache[key]


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        for name in "ABC":
            group.create_task(get("ada"), name=name)
    print(f"1 key, {fetches} fetches")


if __name__ == "__main__":
    asyncio.run(main())
