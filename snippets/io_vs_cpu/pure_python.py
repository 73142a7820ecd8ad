"""Two threads that run pure Python take turns: no faster than one after the other."""

# /// script
# [tool.stopwatch]
# alone = true
# ///

import time
from concurrent.futures import ThreadPoolExecutor


def add_up() -> int:
    total = 0
    for n in range(5_000_000):
        total += n
    return total


def main() -> None:
    start = time.perf_counter()
    add_up()
    add_up()
    in_turn = time.perf_counter() - start

    start = time.perf_counter()
    with ThreadPoolExecutor(max_workers=2, thread_name_prefix="adder") as pool:
        for future in [pool.submit(add_up), pool.submit(add_up)]:
            future.result()
    threads = time.perf_counter() - start

    print(f"in turn: {in_turn:.2f} s")
    print(f"two threads: {threads:.2f} s")


if __name__ == "__main__":
    main()
