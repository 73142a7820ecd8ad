"""A fake that answers when the test says so: any order of events, and no sleep."""

import asyncio
import unittest
from collections.abc import Callable, Coroutine
from typing import Any


async def fastest(
    fetch: Callable[[str], Coroutine[Any, Any, str]], mirrors: list[str]
) -> str:
    tasks = [asyncio.create_task(fetch(name), name=name) for name in mirrors]
    done, late = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in late:
        task.cancel()
    return done.pop().result()


class FakeNetwork:
    def __init__(self) -> None:
        self.asked: asyncio.Queue[asyncio.Future[str]] = asyncio.Queue()

    async def fetch(self, name: str) -> str:
        print("asked")
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.asked.put_nowait(answer)
        return await answer


class TestFastest(unittest.IsolatedAsyncioTestCase):
    async def test_fastest(self) -> None:
        network = FakeNetwork()
        call = asyncio.create_task(fastest(network.fetch, ["A", "B"]), name="fastest")
        a, b = await network.asked.get(), await network.asked.get()
        print("lets B answer first")
        b.set_result("from B")
        assert await call == "from B"
        assert a.cancelled()


if __name__ == "__main__":
    unittest.main()
