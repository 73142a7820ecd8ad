"""The first Ctrl-C cancels main(): its finally blocks run, and may still await."""

# /// script
# requires-python = ">=3.11"
# [tool.stopwatch]
# exit = 130  # what a shell expects after Ctrl-C
# ///

import asyncio
import os
import signal
import sys


async def listen(goodbye: float) -> None:
    print("connected")
    try:
        await asyncio.sleep(60)
    finally:
        await asyncio.sleep(goodbye)  # tells the server
        print("closed")


async def main() -> None:
    loop = asyncio.get_running_loop()
    # Stands for you, pressing Ctrl-C after 0.3 s: the same signal.
    loop.call_later(0.3, os.kill, os.getpid(), signal.SIGINT)
    async with asyncio.TaskGroup() as group:
        group.create_task(listen(0.1), name="A")
        group.create_task(listen(0.2), name="B")


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        print("stopped by Ctrl-C")
        sys.exit(130)
