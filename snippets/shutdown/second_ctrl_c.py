"""A second Ctrl-C doesn't wait for the clean-up: it is cancelled half-way."""

# /// script
# requires-python = ">=3.11"
# [tool.stopwatch]
# exit = 130
# ///

import asyncio
import os
import signal
import sys


async def main() -> None:
    loop = asyncio.get_running_loop()
    # Stands for you, pressing Ctrl-C twice: the same signals.
    loop.call_later(0.2, os.kill, os.getpid(), signal.SIGINT)
    loop.call_later(0.4, os.kill, os.getpid(), signal.SIGINT)
    try:
        await asyncio.sleep(60)
    finally:
        print("first Ctrl-C: saving ...")
        await asyncio.sleep(60)
        print("saved")


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        print("second Ctrl-C: not saved")
        sys.exit(130)
