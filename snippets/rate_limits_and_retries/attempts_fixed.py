"""'attempts' counts every try, the first one too; fewer than one is an error."""

import asyncio

calls = 0


async def fetch() -> str:
    global calls
    calls += 1
    raise ConnectionError("no answer")


async def with_attempts(attempts: int) -> str:
    if attempts < 1:
        raise ValueError(f"attempts must be at least 1, not {attempts}")
    for _ in range(attempts - 1):
        try:
            return await fetch()
        except ConnectionError:
            await asyncio.sleep(0.1)
    return await fetch()  # the last one: what it raises is raised


async def main() -> None:
    global calls
    for attempts in (3, 1, 0):
        calls = 0
        try:
            outcome = repr(await with_attempts(attempts))
        except (ConnectionError, ValueError) as error:
            outcome = repr(error)
        print(f"attempts={attempts}: {calls} calls")
        print(f"  {outcome}")


if __name__ == "__main__":
    asyncio.run(main())
