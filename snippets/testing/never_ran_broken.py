"""A plain TestCase never awaits an async test: a wrong claim passes."""

import asyncio
import unittest

PRICES = {"coffee": 3, "bagel": 5}


async def fetch_price(item: str) -> int:
    await asyncio.sleep(0.1)
    return PRICES[item]


async def total(items: list[str]) -> int:
    return sum([await fetch_price(item) for item in items[1:]])  # the bug


class TestTotal(unittest.TestCase):
    async def test_total(self) -> None:
        print("the test runs")
        price = await total(["coffee", "bagel"])
        assert price == 8, f"total is {price}"


if __name__ == "__main__":
    unittest.main()
