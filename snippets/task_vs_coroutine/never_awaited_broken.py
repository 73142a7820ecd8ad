"""Nobody awaits either: the coroutine never runs, the task does and fails unheard."""

import asyncio


async def work(name: str) -> None:
    print(f"{name}: body runs")
    raise ValueError(f"{name} failed")


async def main() -> None:
    work("coroutine")
    asyncio.create_task(work("task"), name="task")
    await asyncio.sleep(0.1)
    print("main ends well")


if __name__ == "__main__":
    asyncio.run(main())
