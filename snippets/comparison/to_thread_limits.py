"""A thread can't be cancelled: with its waiter gone, it runs to its end."""

import asyncio
import time

CALLS = {"A": 0.2, "B": 0.4, "C": 0.6}
log: list[str] = []


def call(name: str, seconds: float) -> None:
    time.sleep(seconds)
    log.append(f"{name} done")


async def use() -> None:
    calls = [asyncio.to_thread(call, name, seconds) for name, seconds in CALLS.items()]
    await asyncio.gather(*calls)


async def main() -> None:
    waiter = asyncio.create_task(use(), name="waiter")
    await asyncio.sleep(0.3)
    waiter.cancel()
    await asyncio.sleep(0.5)
    print(f"waiter cancelled: {', '.join(sorted(log))}")

    log.clear()
    try:
        async with asyncio.timeout(0.3):
            await use()
    except TimeoutError:
        print("TimeoutError")
    await asyncio.sleep(0.5)
    print(f"after the timeout: {', '.join(sorted(log))}")


if __name__ == "__main__":
    asyncio.run(main())
