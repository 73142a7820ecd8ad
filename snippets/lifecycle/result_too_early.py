"""result() doesn't wait: asked before the end, it raises InvalidStateError."""

import asyncio


async def add(a: int, b: int) -> int:
    await asyncio.sleep(0.1)
    return a + b


async def main() -> None:
    task = asyncio.create_task(add(2, 3), name="sum")
    for ask in (task.result, task.exception):
        try:
            ask()
        except asyncio.InvalidStateError as error:
            print(f"{ask.__name__}(): InvalidStateError: {error}")
    print(f"await: {await task}")
    print(f"result(): {task.result()}, exception(): {task.exception()}")


if __name__ == "__main__":
    asyncio.run(main())
