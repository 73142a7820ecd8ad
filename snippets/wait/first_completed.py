"""The first answer wins; the losers run on until they are cancelled and awaited."""

import asyncio


async def ask(mirror: str, seconds: float) -> str:
    try:
        await asyncio.sleep(seconds)
        return f"answer of {mirror}"
    except asyncio.CancelledError:
        print("not needed any more")
        raise


async def main() -> None:
    mirrors = {"Oslo": 0.3, "Lima": 0.1, "Nara": 0.5}
    tasks = [
        asyncio.create_task(ask(mirror, seconds), name=mirror)
        for mirror, seconds in mirrors.items()
    ]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    print(f"first: {done.pop().result()}")
    for task in pending:
        task.cancel()
    await asyncio.wait(pending)
    print(f"cancelled: {sum(task.cancelled() for task in pending)}")


if __name__ == "__main__":
    asyncio.run(main())
