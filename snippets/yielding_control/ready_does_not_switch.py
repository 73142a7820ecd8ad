"""An await whose result is already there goes straight on: nobody else gets a turn."""

import asyncio


async def other() -> None:
    print("at last, a turn for me")


async def quick() -> str:
    return "nothing to wait for"


async def main() -> None:
    finished = asyncio.create_task(quick(), name="finished")
    await finished
    stream = asyncio.StreamReader()
    stream.feed_data(b"a line that has arrived\n")
    lock = asyncio.Lock()

    waiting = asyncio.create_task(other(), name="other")
    await quick()
    print("awaited a coroutine that never waits")
    await lock.acquire()
    print("awaited a free lock")
    await stream.readline()
    print("awaited a line that was in the buffer")
    await finished
    print("awaited a task that was done")
    await asyncio.sleep(0)
    print("awaited sleep(0)")
    await waiting


if __name__ == "__main__":
    asyncio.run(main())
