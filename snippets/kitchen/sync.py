"""A cook who watches every pot needs the sum: 3 minutes of coffee, then 5 of bagel."""

import time

MINUTE = 0.1  # seconds


def make_coffee() -> str:
    print("coffee: machine on")
    time.sleep(3 * MINUTE)
    print("coffee: ready")
    return "coffee"


def toast_bagel() -> str:
    print("bagel: toaster on")
    time.sleep(5 * MINUTE)
    print("bagel: ready")
    return "bagel"


def main() -> None:
    start = time.perf_counter()
    breakfast = [make_coffee(), toast_bagel()]
    minutes = (time.perf_counter() - start) / MINUTE
    print(f"{breakfast} after {minutes:.0f} minutes")


if __name__ == "__main__":
    main()
