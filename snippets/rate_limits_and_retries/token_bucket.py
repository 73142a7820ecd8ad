"""A token bucket: five calls per second, however short they are."""

import asyncio
import time

started: list[float] = []


class TokenBucket:
    """So many tokens per second; at most `room` of them can be saved up."""

    def __init__(self, rate: float, room: float = 1) -> None:
        self.rate, self.room, self.tokens = rate, room, room
        self.seen = time.perf_counter()
        self.turn = asyncio.Lock()

    def refill(self) -> None:
        now = time.perf_counter()
        self.tokens += (now - self.seen) * self.rate
        self.tokens, self.seen = min(self.tokens, self.room), now

    async def take(self) -> None:
        async with self.turn:  # first come, first served
            self.refill()
            if self.tokens < 1:
                await asyncio.sleep((1 - self.tokens) / self.rate)
                self.refill()
            self.tokens -= 1


async def call(bucket: TokenBucket) -> None:
    await bucket.take()
    started.append(time.perf_counter())
    await asyncio.sleep(0.05)  # a short request


async def main() -> None:
    start = time.perf_counter()
    bucket = TokenBucket(rate=5)
    async with asyncio.TaskGroup() as group:
        for name in "ABCDEFGHIJ":
            group.create_task(call(bucket), name=name)
    first_second = sum(moment - start < 1 for moment in started)
    print(f"{first_second} calls in the first second")


if __name__ == "__main__":
    asyncio.run(main())
