"""sleep(0) gives everyone who is ready a turn: long work in slices lets others live."""

# /// script
# [tool.stopwatch]
# alone = true
# ///

import asyncio
import time


def crunch(seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass


async def in_one_go() -> None:
    crunch(0.3)


async def in_slices() -> None:
    for _ in range(30):
        crunch(0.01)
        await asyncio.sleep(0)


async def tick(beats: list[float]) -> None:
    while True:
        beats.append(time.perf_counter())
        await asyncio.sleep(0.02)


async def main() -> None:
    for work in (in_one_go, in_slices):
        beats: list[float] = []
        ticker = asyncio.create_task(tick(beats), name=f"tick, {work.__name__}")
        await asyncio.sleep(0)  # let it start
        await asyncio.create_task(work(), name=work.__name__)
        ticker.cancel()
        print(f"{work.__name__}, ticks: {len(beats)}")


if __name__ == "__main__":
    asyncio.run(main())
