"""With return_exceptions=True, gather() waits for all and returns errors as results."""

import asyncio


async def work(name: str, seconds: float) -> str:
    await asyncio.sleep(seconds)
    if name == "B":
        raise ValueError("B failed")
    print(f"{name} done")
    return name


async def main() -> None:
    results = await asyncio.gather(
        asyncio.create_task(work("A", 0.1), name="A"),
        asyncio.create_task(work("B", 0.2), name="B"),
        asyncio.create_task(work("C", 0.3), name="C"),
        return_exceptions=True,
    )
    for result in results:
        if isinstance(result, BaseException):
            print(f"failed: {result!r}")
        else:
            print(f"ok: {result}")


if __name__ == "__main__":
    asyncio.run(main())
