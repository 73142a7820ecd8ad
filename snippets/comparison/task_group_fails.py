"""A task group cancels the others when one fails, and raises an ExceptionGroup."""

import asyncio

CALLS = {"A": 0.3, "B": 0.6, "C": 0.9}


async def call(name: str, seconds: float) -> str:
    await asyncio.sleep(seconds)
    if name == "B":
        raise ValueError("B failed")
    return f"{name} after {seconds} s"


async def main() -> None:
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(call(name, seconds), name=name)
                for name, seconds in CALLS.items()
            ]
        print([task.result() for task in tasks])
    except* ValueError as error:
        print(f"raised: {error.exceptions}")
    await asyncio.sleep(0.7)  # who is still running?


if __name__ == "__main__":
    asyncio.run(main())
