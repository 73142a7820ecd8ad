"""A worker that swallows its cancellation outlives the timeout, and none is raised."""

import asyncio


async def stubborn() -> str:
    for attempt in (1, 2, 3):
        try:
            await asyncio.sleep(0.2)
        except BaseException:  # "whatever happens, try again"
            print(f"attempt {attempt} failed")
    return "done, at last"


async def main() -> None:
    try:
        print(await asyncio.wait_for(stubborn(), timeout=0.1))
    except TimeoutError:
        print("TimeoutError")


if __name__ == "__main__":
    asyncio.run(main())
