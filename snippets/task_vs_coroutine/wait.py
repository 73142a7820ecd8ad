"""asyncio.wait() takes tasks; since Python 3.11 it refuses coroutines."""

import asyncio


async def work() -> None:
    await asyncio.sleep(0.1)


async def main() -> None:
    coroutine = work()
    try:
        await asyncio.wait([coroutine])  # type: ignore[type-var]
    except TypeError as error:
        print(f"TypeError: {error}")
    coroutine.close()

    done, pending = await asyncio.wait([asyncio.create_task(work(), name="task")])
    print(f"done: {len(done)}, pending: {len(pending)}")


if __name__ == "__main__":
    asyncio.run(main())
