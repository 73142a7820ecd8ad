"""A handler makes SIGTERM do what Ctrl-C does: main() is cancelled and cleans up."""

# /// script
# requires-python = ">=3.11"
# [tool.stopwatch]
# exit = 143  # 128 + 15: what a shell reports after SIGTERM
# ///

import asyncio
import os
import signal
import sys


async def main() -> None:
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    assert task is not None
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    # Stands for "docker stop", "systemctl stop", "kill PID": they send SIGTERM.
    loop.call_later(0.3, os.kill, os.getpid(), signal.SIGTERM)
    print("connected", flush=True)
    try:
        await asyncio.sleep(60)
    finally:
        print("closed")


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except asyncio.CancelledError:
        sys.exit(143)
