"""A signal makes a hanging program print where each of its tasks is waiting."""

import asyncio
import os
import signal
import sys


def print_all_stacks() -> None:
    for task in sorted(asyncio.all_tasks(), key=asyncio.Task.get_name):
        task.print_stack(file=sys.stderr)


async def move(first: asyncio.Lock, second: asyncio.Lock) -> None:
    async with first:
        await asyncio.sleep(0.1)
        async with second:
            print("has both")


async def main() -> None:
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, print_all_stacks)
    # Stands for "kill -USR1 PID" in another terminal.
    loop.call_later(0.3, os.kill, os.getpid(), signal.SIGUSR1)

    left, right = asyncio.Lock(), asyncio.Lock()
    try:
        async with asyncio.timeout(0.5), asyncio.TaskGroup() as group:
            group.create_task(move(left, right), name="A")
            group.create_task(move(right, left), name="B")
    except TimeoutError:
        print("gave up")


if __name__ == "__main__":
    asyncio.run(main())
