"""A held loop can't run its own signal handlers; faulthandler's don't need the loop."""

import asyncio
import faulthandler
import os
import signal
import tempfile
import threading
import time


async def culprit() -> None:
    print("blocks")
    time.sleep(0.8)  # stands for a call without a timeout
    print("is back")


async def main() -> None:
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, print, "the loop's handler, at last")
    with tempfile.TemporaryFile("w+") as log:  # stands for stderr
        faulthandler.register(signal.SIGUSR2, log, all_threads=False)
        # Stand for "kill -USR1 PID" and "kill -USR2 PID" in another terminal.
        for seconds, number in ((0.2, signal.SIGUSR1), (0.4, signal.SIGUSR2)):
            threading.Timer(seconds, os.kill, (os.getpid(), number)).start()
        await asyncio.create_task(culprit(), name="culprit")
        log.seek(0)
        print(f"faulthandler saw: {log.readlines()[1].partition(', ')[2].strip()}")
        faulthandler.unregister(signal.SIGUSR2)


if __name__ == "__main__":
    asyncio.run(main())
