"""An event loop in a screenful: a queue of what is ready, timers, and send()."""

import heapq
import time
from collections import deque
from collections.abc import Coroutine, Generator
from types import coroutine


@coroutine
def sleep(seconds: float) -> Generator[float, None, None]:
    yield seconds  # goes to whoever called send(): the loop


async def work(name: str, seconds: float) -> None:
    print(f"{name} starts")
    await sleep(seconds)
    print(f"{name} ends")


def run(*coroutines: Coroutine[float, None, None]) -> None:
    ready = deque(coroutines)
    timers: list[tuple[float, int, Coroutine[float, None, None]]] = []
    turn = 0
    while ready or timers:
        if not ready:
            due, _, sleeper = heapq.heappop(timers)
            time.sleep(max(0.0, due - time.monotonic()))
            ready.append(sleeper)
        current = ready.popleft()
        turn += 1
        try:
            seconds = current.send(None)  # runs it up to its next wait
        except StopIteration:
            continue  # it has returned
        heapq.heappush(timers, (time.monotonic() + seconds, turn, current))
    print(f"{turn} turns")


if __name__ == "__main__":
    run(work("A", 0.3), work("B", 0.1), work("C", 0.2))
