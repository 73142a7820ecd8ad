"""to_thread() runs a blocking call in a thread; meanwhile the loop is free."""

import asyncio
import threading
import time


def read_file(name: str) -> str:
    time.sleep(0.2)  # stands for a call that blocks
    return f"{name}, read in {threading.current_thread().name}"


async def main() -> None:
    start = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        a = group.create_task(asyncio.to_thread(read_file, "a.txt"), name="a.txt")
        b = group.create_task(asyncio.to_thread(read_file, "b.txt"), name="b.txt")
    print(a.result())
    print(b.result())
    print(f"both in {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    asyncio.run(main())
