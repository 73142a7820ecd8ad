"""SIGTERM is no Ctrl-C: the process is gone at once, and no finally block runs."""

# /// script
# requires-python = ">=3.11"
# [tool.stopwatch]
# exit = -15  # killed by signal 15, SIGTERM
# alone = true  # a killed process can't say itself when it ended
# ///

import asyncio
import os
import signal


async def main() -> None:
    loop = asyncio.get_running_loop()
    # Stands for "docker stop", "systemctl stop", "kill PID": they send SIGTERM.
    loop.call_later(0.3, os.kill, os.getpid(), signal.SIGTERM)
    print("connected", flush=True)
    try:
        await asyncio.sleep(60)
    finally:
        print("closed")


if __name__ == "__main__":
    asyncio.run(main())
