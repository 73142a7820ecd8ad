"""No await between reading and writing: nobody can come in between, without a lock."""

import asyncio

balance = 0


async def deposit(amount: int) -> None:
    global balance
    await asyncio.sleep(0.1)  # stands for a database
    seen = balance
    print(f"reads {seen}")
    balance = seen + amount
    print(f"writes {balance}")


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        for name in "ABCDE":
            group.create_task(deposit(10), name=name)
    print(f"5 deposits of 10, balance {balance}")


if __name__ == "__main__":
    asyncio.run(main())
