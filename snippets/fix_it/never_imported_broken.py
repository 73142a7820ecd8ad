"""A name that was never imported is missed only when its line runs: on a bad day."""

# /// script
# [tool.stopwatch]
# raises = "NameError"
# ///

import asyncio


async def fetch(*, good_day: bool) -> str:
    await asyncio.sleep(0.1)  # stands for a request
    if not good_day:
        raise ConnectionError
    return "an answer"


async def with_retry(*, good_day: bool) -> str:
    try:
        return await fetch(good_day=good_day)
    except ConnectionError:
        print("no answer, waits a little")
        await asyncio.sleep(random.uniform(0.1, 0.11))
        return await fetch(good_day=True)


async def main() -> None:
    print(f"good day: {await with_retry(good_day=True)}")
    print(f"bad day: {await with_retry(good_day=False)}")


if __name__ == "__main__":
    asyncio.run(main())
