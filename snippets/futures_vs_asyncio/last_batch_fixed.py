"""A slice ends where the list ends: the last batch is simply a short one."""

ITEMS = [f"question {number}" for number in range(50)]


def main() -> None:
    count = 0
    for first in range(0, len(ITEMS), 8):
        batch = ITEMS[first : first + 8]  # itertools.batched(ITEMS, 8) since 3.12
        count += len(batch)
        print(f"{first:2}: {len(batch)} items")
    print(f"{count} of {len(ITEMS)}")


if __name__ == "__main__":
    main()
