"""What it costs to hand over: between two tasks, and between two threads."""

# /// script
# requires-python = ">=3.11"
# [tool.stopwatch]
# trace = false  # it measures microseconds itself
# alone = true
# ///

import asyncio
import threading
import time

ROUNDS = 20_000


async def tasks() -> float:
    async def give_way() -> None:
        for _ in range(ROUNDS):
            await asyncio.sleep(0)

    start = time.perf_counter()
    await asyncio.gather(give_way(), give_way())
    return (time.perf_counter() - start) / (2 * ROUNDS)


def threads() -> float:
    turns = [threading.Semaphore(1), threading.Semaphore(0)]

    def give_way(mine: int) -> None:
        for _ in range(ROUNDS):
            turns[mine].acquire()
            turns[1 - mine].release()

    start = time.perf_counter()
    pair = [threading.Thread(target=give_way, args=(number,)) for number in (0, 1)]
    for thread in pair:
        thread.start()
    for thread in pair:
        thread.join()
    return (time.perf_counter() - start) / (2 * ROUNDS)


def main() -> None:
    print(f"task switch: {1e6 * asyncio.run(tasks()):.1f} µs")
    print(f"thread switch: {1e6 * threads():.1f} µs")


if __name__ == "__main__":
    main()
