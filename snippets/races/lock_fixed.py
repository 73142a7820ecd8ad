"""A lock around read, await and write: nobody reads before the last one has written."""

import asyncio

balance = 0


async def deposit(amount: int, lock: asyncio.Lock) -> None:
    global balance
    async with lock:
        seen = balance
        print(f"reads {seen}")
        await asyncio.sleep(0.1)  # stands for a database
        balance = seen + amount
        print(f"writes {balance}")


async def main() -> None:
    lock = asyncio.Lock()  # one for all of them
    async with asyncio.TaskGroup() as group:
        for name in "ABCDE":
            group.create_task(deposit(10, lock), name=name)
    print(f"5 deposits of 10, balance {balance}")


if __name__ == "__main__":
    asyncio.run(main())
