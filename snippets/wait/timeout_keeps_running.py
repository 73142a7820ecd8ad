"""wait()'s timeout neither raises nor cancels: it returns, and the tasks run on."""

import asyncio


async def fetch(seconds: float) -> None:
    await asyncio.sleep(seconds)
    print("done")


async def main() -> None:
    tasks = [
        asyncio.create_task(fetch(0.1), name="A"),
        asyncio.create_task(fetch(0.4), name="B"),
    ]
    done, pending = await asyncio.wait(tasks, timeout=0.2)
    print(f"after the timeout: {len(done)} done, {len(pending)} pending")
    await asyncio.sleep(0.4)
    print(f"later: B done is {tasks[1].done()}")


if __name__ == "__main__":
    asyncio.run(main())
