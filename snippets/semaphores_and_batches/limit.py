"""A semaphore of ten lets ten of a hundred calls in; the others wait at the door."""

import asyncio
import time

in_flight = peak = 0


async def call(number: int) -> int:
    global in_flight, peak
    in_flight += 1
    peak = max(peak, in_flight)
    await asyncio.sleep(0.1)  # stands for a request
    in_flight -= 1
    return number


async def limited(number: int, semaphore: asyncio.Semaphore) -> int:
    async with semaphore:
        return await call(number)


async def main() -> None:
    start = time.perf_counter()
    ten = asyncio.Semaphore(10)
    answers = await asyncio.gather(*(limited(number, ten) for number in range(100)))
    print(f"{len(answers)} answers, at most {peak} in flight")
    print(f"in order: {answers == list(range(100))}")
    print(f"{time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    asyncio.run(main())
