"""A done callback runs in a turn of its own, after the task, whoever is waiting."""

import asyncio


async def work() -> str:
    await asyncio.sleep(0.1)
    print("work returns")
    return "cake"


def report(task: asyncio.Task[str]) -> None:
    print(f"callback: {task.get_name()} made {task.result()}")


async def main() -> None:
    task = asyncio.create_task(work(), name="oven")
    task.add_done_callback(report)
    await task
    print("main goes on")


if __name__ == "__main__":
    asyncio.run(main())
