"""Two threads that compute share one CPU under the GIL; two processes have one each."""

# /// script
# [tool.stopwatch]
# alone = true
# ///

import time
from multiprocessing import Process
from threading import Thread


def count() -> None:
    n = 0
    while n < 12_000_000:
        n += 1


def finish(workers: list[Thread] | list[Process]) -> float:
    start = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return time.perf_counter() - start


def main() -> None:
    threads = [Thread(target=count, name=f"thread {n}") for n in (1, 2)]
    print(f"two threads: {finish(threads):.2f} s")
    processes = [Process(target=count, name=f"process {n}") for n in (1, 2)]
    print(f"two processes: {finish(processes):.2f} s")


if __name__ == "__main__":
    main()
