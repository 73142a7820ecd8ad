"""`isinstance(result, Exception)` takes a cancelled child for a success."""

import asyncio


async def work(name: str, seconds: float) -> str:
    await asyncio.sleep(seconds)
    return name


async def main() -> None:
    a = asyncio.create_task(work("A", 0.3), name="A")
    b = asyncio.create_task(work("B", 0.3), name="B")
    asyncio.get_running_loop().call_later(0.1, b.cancel)  # someone gives up on B
    results = await asyncio.gather(a, b, return_exceptions=True)
    for task, result in zip((a, b), results, strict=True):
        if isinstance(result, Exception):  # CancelledError is no Exception
            print(f"{task.get_name()} failed")
        else:
            print(f"{task.get_name()} succeeded: {result!r}")


if __name__ == "__main__":
    asyncio.run(main())
