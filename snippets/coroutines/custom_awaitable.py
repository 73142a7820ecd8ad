"""Anything with __await__ can be awaited, not only coroutines, tasks and futures."""

import asyncio
from collections.abc import Generator
from typing import Any


class Kettle:
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __await__(self) -> Generator[Any, None, str]:
        print("heating")
        yield from asyncio.sleep(self.seconds).__await__()
        return "hot water"


async def main() -> None:
    kettle = Kettle(0.2)
    print(await kettle)
    print(await kettle)  # an object of yours may be awaited as often as it likes
    print(f"is it a coroutine? {asyncio.iscoroutine(kettle)}")


if __name__ == "__main__":
    asyncio.run(main())
