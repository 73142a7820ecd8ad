"""Fifty items in fixed ranges of eight: the last range runs over the end."""

# /// script
# requires-python = ">=3.11"
# [tool.stopwatch]
# raises = "IndexError"
# ///

ITEMS = [f"question {number}" for number in range(50)]


def main() -> None:
    for first in range(0, 50, 8):
        batch = [ITEMS[index] for index in range(first, first + 8)]
        print(f"{first:2}: {len(batch)} items")


if __name__ == "__main__":
    main()
