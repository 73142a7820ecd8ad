"""A future turns a callback into something to await: whoever has the result sets it."""

import asyncio
from collections.abc import Callable


def order_pizza(when_ready: Callable[[str], None]) -> None:
    """An API of the old kind: it returns at once and calls back later."""
    loop = asyncio.get_running_loop()
    loop.call_later(0.3, when_ready, "pizza")


async def pizza() -> str:
    future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    order_pizza(when_ready=future.set_result)
    print("ordered")
    return await future


async def main() -> None:
    print(f"eating {await pizza()}")


if __name__ == "__main__":
    asyncio.run(main())
