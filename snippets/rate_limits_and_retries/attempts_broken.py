"""'retries=3' makes three tries, not four; 'retries=0' none, and returns None."""

import asyncio

calls = 0


async def fetch() -> str:
    global calls
    calls += 1
    raise ConnectionError("no answer")


async def with_retries(retries: int) -> str:
    for attempt in range(retries):
        try:
            return await fetch()
        except ConnectionError:
            if attempt == retries - 1:
                raise
            await asyncio.sleep(0.1)


async def main() -> None:
    global calls
    for retries in (3, 0):
        calls = 0
        try:
            outcome = repr(await with_retries(retries))
        except ConnectionError as error:
            outcome = repr(error)
        print(f"retries={retries}: {calls} calls, {outcome}")


if __name__ == "__main__":
    asyncio.run(main())
