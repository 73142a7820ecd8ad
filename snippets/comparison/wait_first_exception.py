"""FIRST_EXCEPTION without an error returns when all are done."""

import asyncio

CALLS = {"A": 0.3, "B": 0.6, "C": 0.9}


async def call(name: str, seconds: float) -> str:
    await asyncio.sleep(seconds)
    return f"{name} after {seconds} s"


def names(tasks: set[asyncio.Task[str]]) -> str:
    return " ".join(sorted(task.get_name() for task in tasks)) or "none"


async def main() -> None:
    tasks = [
        asyncio.create_task(call(name, seconds), name=name)
        for name, seconds in CALLS.items()
    ]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    print(f"done: {names(done)}, pending: {names(pending)}")


if __name__ == "__main__":
    asyncio.run(main())
