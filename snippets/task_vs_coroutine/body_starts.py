"""await runs a coroutine's body at once; a task's starts at the loop's next turn."""

import asyncio


async def body(name: str) -> None:
    print(f"{name}: body starts")


async def main() -> None:
    coroutine = body("coroutine")
    a = asyncio.create_task(body("A"), name="A")
    b = asyncio.create_task(body("B"), name="B")
    print("all three are made")
    await coroutine
    print("main goes on")
    await asyncio.sleep(0)  # the loop's next turn
    print("main is back")
    await a
    await b


if __name__ == "__main__":
    asyncio.run(main())
