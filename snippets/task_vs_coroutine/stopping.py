"""close() ends a coroutine on the spot; cancel() asks a task, which may refuse."""

import asyncio


async def work(name: str) -> None:
    try:
        await asyncio.sleep(1)
    finally:
        print(f"{name}: finally")


async def slow_goodbye() -> None:
    try:
        await asyncio.sleep(1)
    finally:
        await asyncio.sleep(0.1)


async def stubborn() -> str:
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        return "finished all the same"
    return "finished"


async def main() -> None:
    work("not started").close()
    for coroutine in (work("started"), slow_goodbye()):
        coroutine.send(None)  # drive it to its first await, as a task would
        try:
            coroutine.close()
            print("closed")
        except RuntimeError as error:
            print(f"close: RuntimeError: {error}")

    task = asyncio.create_task(work("task"), name="task")
    refusing = asyncio.create_task(stubborn(), name="refusing")
    await asyncio.sleep(0)
    task.cancel()
    refusing.cancel()
    print(f"after cancel(), done: {task.done()}")
    await asyncio.wait([task, refusing])
    print(f"cancelled: {task.cancelled()}, refusing: {refusing.result()}")


if __name__ == "__main__":
    asyncio.run(main())
