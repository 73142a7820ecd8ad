"""The task itself takes the semaphore, and holds it for as long as its call lasts."""

import asyncio

in_flight = peak = 0


async def call(semaphore: asyncio.Semaphore) -> None:
    global in_flight, peak
    async with semaphore:
        in_flight += 1
        peak = max(peak, in_flight)
        print("in")
        await asyncio.sleep(0.2)  # stands for a request
        in_flight -= 1
        print("out")


async def main() -> None:
    two = asyncio.Semaphore(2)
    tasks = [asyncio.create_task(call(two), name=name) for name in "ABCDEF"]
    await asyncio.gather(*tasks)
    print(f"at most {peak} in flight")


if __name__ == "__main__":
    asyncio.run(main())
