"""Four computations in a pool of two processes: two at a time, each on a core."""

# /// script
# requires-python = ">=3.11"
# [tool.stopwatch]
# alone = true  # burns CPU
# ///

import time
from concurrent.futures import ProcessPoolExecutor


def count(steps: int) -> int:
    total = 0
    for number in range(steps):
        total += number * number
    return total


def main() -> None:
    work = [3_000_000] * 4
    start = time.perf_counter()
    in_turn = [count(steps) for steps in work]
    half = time.perf_counter()
    print(f"in turn: {half - start:.2f} s")
    with ProcessPoolExecutor(max_workers=2) as pool:
        pooled = list(pool.map(count, work))
    end = time.perf_counter()
    print(f"two processes: {end - half:.2f} s")
    print(f"same results: {in_turn == pooled}")


if __name__ == "__main__":
    main()
