"""What goes to another process is pickled first, and a lambda can't be."""

# /// script
# requires-python = ">=3.11"
# [tool.stopwatch]
# alone = true
# ///

from concurrent.futures import ProcessPoolExecutor
from pickle import PicklingError


def double(number: int) -> int:
    return 2 * number


def main() -> None:
    with ProcessPoolExecutor(max_workers=1) as pool:
        print(f"a function: {pool.submit(double, 21).result()}")
        try:
            pool.submit(lambda number: 2 * number, 21).result()
        except (PicklingError, AttributeError) as error:
            print(f"a lambda: {str(error).partition(' at 0x')[0]} ...")


if __name__ == "__main__":
    main()
