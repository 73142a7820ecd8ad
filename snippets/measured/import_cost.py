"""Importing a package can take longer than the program that uses it."""

# /// script
# requires-python = ">=3.11"
# dependencies = ["openai"]
# [tool.stopwatch]
# fresh = true  # a new interpreter: in a warm one the import would cost nothing
# ///

import time


def main() -> None:
    start = time.perf_counter()
    import openai

    seconds = time.perf_counter() - start
    print(f"import {openai.__name__}: {seconds:.2f} s")


if __name__ == "__main__":
    main()
