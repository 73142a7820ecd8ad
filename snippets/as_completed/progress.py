"""Progress is a counter around as_completed()."""

import asyncio


async def fetch(page: int) -> int:
    await asyncio.sleep(0.1 * (page % 5 + 1))
    return page


async def main() -> None:
    tasks = [asyncio.create_task(fetch(page), name=f"page {page}") for page in range(5)]
    for done, next_one in enumerate(asyncio.as_completed(tasks), start=1):
        page = await next_one
        print(f"[{done}/{len(tasks)}] page {page}")


if __name__ == "__main__":
    asyncio.run(main())
