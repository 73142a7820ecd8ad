"""Tasks awaited in turn: a cancelled waiter takes along only the one it awaits."""

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


def start() -> list[asyncio.Task[None]]:
    return [
        asyncio.create_task(call(name, seconds), name=name)
        for name, seconds in CALLS.items()
    ]


async def use(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        await task


async def main() -> None:
    waiter = asyncio.create_task(use(start()), name="waiter")
    await asyncio.sleep(0.3)
    waiter.cancel()
    await asyncio.sleep(0.5)
    print(f"waiter cancelled: {', '.join(sorted(log))}")

    log.clear()
    try:
        async with asyncio.timeout(0.3):
            await use(start())
    except TimeoutError:
        print("TimeoutError")
    await asyncio.sleep(0.5)
    print(f"after the timeout: {', '.join(sorted(log))}")


if __name__ == "__main__":
    asyncio.run(main())
