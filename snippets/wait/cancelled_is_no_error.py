"""For FIRST_EXCEPTION a cancelled task is no error: wait() goes on waiting."""

import asyncio


async def step(seconds: float) -> None:
    await asyncio.sleep(seconds)


async def main() -> None:
    tasks = [
        asyncio.create_task(step(0.4), name="A"),
        asyncio.create_task(step(0.4), name="B"),
    ]
    asyncio.get_running_loop().call_later(0.1, tasks[1].cancel)
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    print(f"done: {len(done)}, pending: {len(pending)}")
    print(f"B cancelled: {tasks[1].cancelled()}")


if __name__ == "__main__":
    asyncio.run(main())
