"""await coro() runs it inside the caller's task; other tasks run meanwhile."""

import asyncio


async def step(name: str) -> None:
    task = asyncio.current_task()
    assert task is not None
    print(f"{name} runs inside the task {task.get_name()}")
    await asyncio.sleep(0.2)


async def cook() -> None:
    await step("peel")
    await step("boil")


async def listen() -> None:
    for _ in range(2):
        await asyncio.sleep(0.15)
        print("still listening")


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(cook(), name="cook")
        group.create_task(listen(), name="radio")


if __name__ == "__main__":
    asyncio.run(main())
