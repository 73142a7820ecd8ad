"""wait_for() cancels its call with its waiter, and at its timeout."""

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
    await asyncio.wait_for(call("A", 0.6), timeout=9)


async def main() -> None:
    waiter = asyncio.create_task(use(), name="waiter")
    await asyncio.sleep(0.3)
    waiter.cancel()
    await asyncio.sleep(0.5)
    print(f"waiter cancelled: {', '.join(sorted(log))}")

    log.clear()
    try:
        await asyncio.wait_for(call("A", 0.6), timeout=0.3)
    except TimeoutError:
        print(f"TimeoutError after: {', '.join(sorted(log))}")
    await asyncio.sleep(0.5)
    print(f"after the timeout: {', '.join(sorted(log))}")


if __name__ == "__main__":
    asyncio.run(main())
