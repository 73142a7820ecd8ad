"""Chopping needs hands all the time: only a second cook, a process, makes it faster."""

# /// script
# [tool.stopwatch]
# alone = true
# ///

import time
from multiprocessing import Process


def chop() -> None:
    cuts = 0
    while cuts < 15_000_000:  # hands-on work: nothing to wait for
        cuts += 1


def one_cook() -> None:
    chop()  # the carrots
    chop()  # the onions


def two_cooks() -> None:
    carrots = Process(target=chop, name="carrots")
    onions = Process(target=chop, name="onions")
    carrots.start()
    onions.start()
    carrots.join()
    onions.join()


if __name__ == "__main__":
    for kitchen in (one_cook, two_cooks):
        start = time.perf_counter()
        kitchen()
        print(f"{kitchen.__name__}: {time.perf_counter() - start:.2f} s")
