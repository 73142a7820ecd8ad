"""asyncio.timeout(): inside it is a cancellation, outside a TimeoutError."""

import asyncio

CALLS = {"A": 0.2, "B": 0.4, "C": 0.6}
log: list[str] = []


async def call(name: str, seconds: float) -> None:
    try:
        await asyncio.sleep(seconds)
        log.append(f"{name} done")
    except asyncio.CancelledError:
        log.append(f"{name} cancelled")
        raise


async def use() -> None:
    async with asyncio.timeout(9):
        for name, seconds in CALLS.items():
            await call(name, seconds)


async def main() -> None:
    waiter = asyncio.create_task(use(), name="waiter")
    await asyncio.sleep(0.3)
    waiter.cancel()
    await asyncio.sleep(0.5)
    print(f"waiter cancelled: {', '.join(sorted(log))}")

    log.clear()
    try:
        async with asyncio.timeout(0.3):
            try:
                await call("A", 0.6)
            except asyncio.CancelledError:
                print("inside: CancelledError")
                raise
    except TimeoutError:
        print("outside: TimeoutError")
    await asyncio.sleep(0.5)
    print(f"after the timeout: {', '.join(sorted(log))}")


if __name__ == "__main__":
    asyncio.run(main())
