"""What ten thousand waiting tasks weigh, against a thousand waiting threads."""

# /// script
# requires-python = ">=3.11"
# [tool.stopwatch]
# fresh = true  # memory is measured: nothing may be shared with another interpreter
# trace = false
# alone = true
# ///

import asyncio
import threading
import time
from pathlib import Path

TASKS, THREADS = 10_000, 1_000


def memory() -> float:
    """Return the memory this process really uses (MB), as Linux counts it."""
    fields = Path("/proc/self/smaps_rollup").read_text().split()
    return int(fields[fields.index("Pss:") + 1]) / 1000


async def with_tasks() -> float:
    before = memory()
    tasks = [asyncio.create_task(asyncio.sleep(0.5)) for _ in range(TASKS)]
    await asyncio.sleep(0)
    used = memory() - before
    await asyncio.gather(*tasks)
    return used


def with_threads() -> float:
    before = memory()
    stop = threading.Event()
    threads = [threading.Thread(target=stop.wait) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    time.sleep(0.1)
    used = memory() - before
    stop.set()
    for thread in threads:
        thread.join()
    return used


def main() -> None:
    tasks = asyncio.run(with_tasks())
    threads = with_threads()
    print(f"{TASKS} tasks: {1000 * tasks / TASKS:.1f} kB each")
    print(f"{THREADS} threads: {1000 * threads / THREADS:.1f} kB each")


if __name__ == "__main__":
    main()
