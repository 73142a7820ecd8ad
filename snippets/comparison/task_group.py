"""A task group waits for its tasks, which hold the results."""

import asyncio

CALLS = {"A": 0.3, "B": 0.6, "C": 0.9}


async def call(name: str, seconds: float) -> str:
    await asyncio.sleep(seconds)
    return f"{name} after {seconds} s"


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(call(name, seconds), name=name)
            for name, seconds in CALLS.items()
        ]
    print([task.result() for task in tasks])


if __name__ == "__main__":
    asyncio.run(main())
