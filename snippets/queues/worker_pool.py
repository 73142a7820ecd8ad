"""Three workers share one queue: whoever is done takes the next item."""

import asyncio

SECONDS = [0.5, 0.1, 0.3, 0.3, 0.3, 0.3, 0.3]


async def worker(queue: asyncio.Queue[int], answers: dict[int, str]) -> None:
    while True:
        number = await queue.get()
        await asyncio.sleep(SECONDS[number])  # stands for a request
        answers[number] = f"answer {number}"
        print(f"item {number}")
        queue.task_done()


async def main() -> None:
    queue: asyncio.Queue[int] = asyncio.Queue()
    answers: dict[int, str] = {}
    for number in range(len(SECONDS)):
        queue.put_nowait(number)
    workers = [
        asyncio.create_task(worker(queue, answers), name=f"worker {n}")
        for n in (1, 2, 3)
    ]
    await queue.join()  # until task_done() was called once for each item
    for task in workers:
        task.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
    print(f"{len(answers)} answers from {len(workers)} workers")


if __name__ == "__main__":
    asyncio.run(main())
