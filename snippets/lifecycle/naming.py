"""A name given at creation is what logs, tracebacks and debuggers show."""

import asyncio


async def work() -> None:
    task = asyncio.current_task()
    if task is not None:
        print(f"I am {task.get_name()}")


async def main() -> None:
    named = asyncio.create_task(work(), name="fetch user 7")
    renamed = asyncio.create_task(work())
    renamed.set_name("fetch user 8")
    nameless = asyncio.create_task(work())
    await asyncio.gather(named, renamed, nameless)
    print(repr(type(named)))


if __name__ == "__main__":
    asyncio.run(main())
