"""Threads overlap the waiting as well: each thread stands by one dish and sleeps."""

import time
from threading import Thread

MINUTE = 0.1  # seconds


def make_coffee() -> None:
    time.sleep(3 * MINUTE)
    print("coffee: ready")


def toast_bagel() -> None:
    time.sleep(5 * MINUTE)
    print("bagel: ready")


def main() -> None:
    start = time.perf_counter()
    coffee = Thread(target=make_coffee, name="coffee")
    bagel = Thread(target=toast_bagel, name="bagel")
    coffee.start()
    bagel.start()
    print("machine and toaster on")  # start() doesn't wait
    coffee.join()
    bagel.join()
    minutes = (time.perf_counter() - start) / MINUTE
    print(f"breakfast after {minutes:.0f} minutes")


if __name__ == "__main__":
    main()
