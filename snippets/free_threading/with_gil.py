"""Under the GIL two threads that compute take as long as one after the other."""

# /// script
# [tool.stopwatch]
# alone = true
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
