"""Since Python 3.14 another process can look into a hanging one: ps and pstree."""

# /// script
# requires-python = ">=3.14"
# [tool.stopwatch]
# alone = true  # starts a process
# ///

import asyncio
import multiprocessing
import runpy
import sys
from multiprocessing.synchronize import Event


async def move(first: asyncio.Lock, second: asyncio.Lock) -> None:
    async with first:
        await asyncio.sleep(0.1)
        async with second:
            print("has both")


async def deadlock(hangs: Event) -> None:
    left, right = asyncio.Lock(), asyncio.Lock()
    async with asyncio.TaskGroup() as group:
        group.create_task(move(left, right), name="A")
        group.create_task(move(right, left), name="B")
        asyncio.get_running_loop().call_later(0.3, hangs.set)


def run_deadlock(hangs: Event) -> None:
    asyncio.run(deadlock(hangs))


def main() -> None:
    hangs = multiprocessing.Event()
    process = multiprocessing.Process(target=run_deadlock, args=[hangs], daemon=True)
    process.start()
    hangs.wait()
    # As if typed in a terminal: python -m asyncio pstree PID
    sys.argv = ["asyncio", "pstree", str(process.pid)]
    runpy.run_module("asyncio", run_name="__main__")


if __name__ == "__main__":
    main()
