"""gather() raises the first error at once; the siblings are not stopped by it."""

import asyncio


async def work(name: str, seconds: float) -> str:
    await asyncio.sleep(seconds)
    if name == "B":
        raise ValueError("B failed")
    print(f"{name} done")
    return name


async def main() -> None:
    a = asyncio.create_task(work("A", 0.1), name="A")
    b = asyncio.create_task(work("B", 0.2), name="B")
    c = asyncio.create_task(work("C", 0.4), name="C")
    try:
        await asyncio.gather(a, b, c)
    except ValueError as error:
        print(f"caught: {error}")
    print(f"is C done? {c.done()}")
    print(f"C still returns {await c!r}")


if __name__ == "__main__":
    asyncio.run(main())
