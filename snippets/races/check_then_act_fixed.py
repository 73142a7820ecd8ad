"""The task goes into the cache before anybody waits: the others await the same one."""

import asyncio

cache: dict[str, asyncio.Task[str]] = {}
fetches = 0


async def fetch(key: str) -> str:
    global fetches
    fetches += 1
    await asyncio.sleep(0.2)  # stands for a request
    return key.upper()


async def get(key: str) -> str:
    if key not in cache:
        print("not there, fetches it")
        cache[key] = asyncio.create_task(fetch(key), name=f"fetch {key}")
    return await asyncio.shield(cache[key])  # who gives up leaves it to the others


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        for name in "ABC":
            group.create_task(get("ada"), name=name)
    print(f"1 key, {fetches} fetches")


if __name__ == "__main__":
    asyncio.run(main())
