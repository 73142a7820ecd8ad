"""Hashing a large buffer releases the GIL: two threads use two CPUs."""

# /// script
# [tool.stopwatch]
# alone = true
# ///

import hashlib
import time
from concurrent.futures import ThreadPoolExecutor

BUFFER = bytes(200_000_000)


def digest() -> str:
    return hashlib.sha256(BUFFER).hexdigest()


def main() -> None:
    start = time.perf_counter()
    digest()
    digest()
    in_turn = time.perf_counter() - start

    start = time.perf_counter()
    with ThreadPoolExecutor(max_workers=2, thread_name_prefix="hasher") as pool:
        for future in [pool.submit(digest), pool.submit(digest)]:
            future.result()
    threads = time.perf_counter() - start

    print(f"in turn: {in_turn:.2f} s")
    print(f"two threads: {threads:.2f} s")


if __name__ == "__main__":
    main()
