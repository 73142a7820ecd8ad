"""Without the GIL the same two threads run at once, each on a CPU of its own."""

# /// script
# requires-python = ">=3.13"
# [tool.stopwatch]
# alone = true
# interpreter = "free-threaded"
# ///

import sys
import time
from threading import Thread


def count() -> None:
    n = 0
    while n < 8_000_000:
        n += 1


def main() -> None:
    gil = getattr(sys, "_is_gil_enabled", lambda: True)()
    print(f"Python {sys.version_info.major}.{sys.version_info.minor}, GIL: {gil}")

    start = time.perf_counter()
    count()
    count()
    in_turn = time.perf_counter() - start

    threads = [Thread(target=count, name=f"thread {n}") for n in (1, 2)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(
        f"threads against in turn: {in_turn / (time.perf_counter() - start):.1f} times"
    )


if __name__ == "__main__":
    main()
