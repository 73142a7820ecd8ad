"""A semaphore around create_task() limits nothing: it is free again at once."""

import asyncio

in_flight = peak = 0


async def call() -> None:
    global in_flight, peak
    in_flight += 1
    peak = max(peak, in_flight)
    await asyncio.sleep(0.2)  # stands for a request
    in_flight -= 1


async def main() -> None:
    two = asyncio.Semaphore(2)
    tasks = []
    for name in "ABCDEF":
        async with two:
            tasks.append(asyncio.create_task(call(), name=name))
    await asyncio.gather(*tasks)
    print(f"at most {peak} in flight")


if __name__ == "__main__":
    asyncio.run(main())
