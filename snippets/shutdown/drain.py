"""Told to stop: take no more work, finish what is in flight, up to a deadline."""

import asyncio
import os
import signal

JOBS = {"A": 0.3, "B": 0.6, "C": 9.0, "D": 0.1, "E": 0.1}
tasks: list[asyncio.Task[None]] = []


async def work(seconds: float) -> None:
    print("starts")
    await asyncio.sleep(seconds)
    print("done")


async def accept() -> None:
    for name, seconds in JOBS.items():
        tasks.append(asyncio.create_task(work(seconds), name=name))
        await asyncio.sleep(0.2)


async def drain(seconds: float) -> None:
    in_flight = [task for task in tasks if not task.done()]
    print(f"stopping with {len(in_flight)} in flight")
    if in_flight:
        _, late = await asyncio.wait(in_flight, timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)  # their finally blocks
        print(f"out of time: {len(late)}")


async def main() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.call_later(0.5, os.kill, os.getpid(), signal.SIGTERM)  # "docker stop"

    accepting = asyncio.create_task(accept(), name="accept")
    await stop.wait()
    accepting.cancel()
    await drain(0.5)


if __name__ == "__main__":
    asyncio.run(main())
