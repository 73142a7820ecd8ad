"""Bare coroutines go through a set: they start in any order, not that of your list."""

import asyncio

started: list[int] = []


async def fetch(page: int) -> None:
    started.append(page)
    await asyncio.sleep(0.1)


async def main() -> None:
    for next_one in asyncio.as_completed([fetch(page) for page in range(50)]):
        await next_one
    bare = "in order" if started == sorted(started) else "out of order"
    print(f"coroutines start {bare}")

    started.clear()
    tasks = [asyncio.create_task(fetch(page)) for page in range(50)]
    for next_one in asyncio.as_completed(tasks):
        await next_one
    made = "in order" if started == sorted(started) else "out of order"
    print(f"tasks made beforehand start {made}")


if __name__ == "__main__":
    asyncio.run(main())
