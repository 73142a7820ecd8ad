"""When two children fail, gather() raises the earlier error; the later one is lost."""

import asyncio


async def fail(name: str, seconds: float) -> None:
    await asyncio.sleep(seconds)
    print(f"{name} fails")
    raise ValueError(name)


async def main() -> None:
    a = asyncio.create_task(fail("A", 0.3), name="A")
    b = asyncio.create_task(fail("B", 0.1), name="B")
    try:
        await asyncio.gather(a, b)
    except ValueError as error:
        print(f"caught {error!r}")
    await asyncio.sleep(0.4)
    print("nobody heard of A's error")


if __name__ == "__main__":
    asyncio.run(main())
