"""Calling an async function runs nothing: it makes a coroutine, and await runs that."""

import asyncio


async def greet(name: str) -> str:
    print(f"greeting {name}")
    await asyncio.sleep(0.1)
    return f"Hello, {name}"


async def main() -> None:
    coroutine = greet("Ada")
    print(f"the call returned a {type(coroutine).__name__}")
    await asyncio.sleep(0.2)
    print("nothing has run it yet")
    print(await coroutine)


if __name__ == "__main__":
    asyncio.run(main())
