"""One callback at a time: first what is ready, in order; a timer when it is due."""

import asyncio


async def work() -> None:
    print("first step")
    await asyncio.sleep(0)
    print("second step")


async def main() -> None:
    loop = asyncio.get_running_loop()
    loop.call_later(0.2, print, "timer, due after 0.2 s")
    loop.call_soon(print, "callback 1")
    task = asyncio.create_task(work(), name="A")
    loop.call_soon(print, "callback 2")
    print("while main runs, nobody else does")
    await task
    await asyncio.sleep(0.3)


if __name__ == "__main__":
    asyncio.run(main())
