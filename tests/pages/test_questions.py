"""The claims of the page practice/questions: the messages on it are Python's own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

# What a reader wrote, and what the page says of it: all wordings, where Python has changed them.
MESSAGES = {
    "main().status": ["AttributeError: 'coroutine' object has no attribute 'status'"],
    "main()['a']": ["TypeError: 'coroutine' object is not subscriptable"],
    "a, b = main()": ["TypeError: cannot unpack non-iterable coroutine object"],
    "import json; json.dumps(main())": [
        "TypeError: Object of type coroutine is not JSON serializable"
    ],
    "async def f(): await [main()]\nasyncio.run(f())": [
        "TypeError: object list can't be used in 'await' expression",
        "TypeError: 'list' object can't be awaited",
    ],
    "async def f(): await asyncio.gather([main()])\nasyncio.run(f())": ["unhashable type: 'list'"],
    "asyncio.run(main)": [
        "ValueError: a coroutine was expected, got <function main",
        "TypeError: An asyncio.Future, a coroutine or an awaitable is required",
    ],
    "async def f(): await asyncio.gather(main)\nasyncio.run(f())": [
        "TypeError: An asyncio.Future, a coroutine or an awaitable is required"
    ],
    "async def f(): c = main(); await c; await c\nasyncio.run(f())": [
        "RuntimeError: cannot reuse already awaited coroutine"
    ],
    "async def f():\n  with asyncio.Lock(): pass\nasyncio.run(f())": [
        "Lock' object does not support the context manager protocol"
    ],
    "async def g(): yield\nfor x in g(): pass": [
        "TypeError: 'async_generator' object is not iterable"
    ],
    "async def f(): asyncio.create_task(main()).result()\nasyncio.run(f())": [
        "InvalidStateError: Result is not set."
    ],
    "f = asyncio.new_event_loop().create_future(); f.set_result(1); f.set_result(2)": [
        "InvalidStateError: invalid state"
    ],
    "async def f(): await asyncio.wait([main()])\nasyncio.run(f())": [
        "TypeError: Passing coroutines is forbidden, use tasks explicitly."
    ],
    "async def f():\n  async with asyncio.TaskGroup() as g: g.create_task(x())\nasyncio.run(f())": [
        "ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)"
    ],
    "async def f(): asyncio.run(main())\nasyncio.run(f())": [
        "RuntimeError: asyncio.run() cannot be called from a running event loop"
    ],
    "async def f(): asyncio.get_running_loop().run_until_complete(main())\nasyncio.run(f())": [
        "RuntimeError: This event loop is already running"
    ],
    "loop = asyncio.new_event_loop(); loop.close(); loop.run_until_complete(main())": [
        "RuntimeError: Event loop is closed"
    ],
    "async def f(x): await x\nasyncio.run(f(asyncio.new_event_loop().create_future()))": [
        "attached to a different loop"
    ],
    "asyncio.create_task(main())": ["RuntimeError: no running event loop"],
    "import aiohttp\nasync def f(): return aiohttp.ClientSession()\n"
    "session = asyncio.new_event_loop().run_until_complete(f())\n"
    "async def g(): await session.get('http://127.0.0.1:9')\nasyncio.run(g())": [
        "RuntimeError: Timeout context manager should be used inside a task"
    ],
    "import aiohttp\nasync def f(): aiohttp.ClientSession()\nasyncio.run(f())\n"
    "raise SystemExit(1)": ["Unclosed client session"],
    "from concurrent.futures import ThreadPoolExecutor\n"
    "pool = ThreadPoolExecutor()\npool.shutdown()\npool.submit(main)": [
        "RuntimeError: cannot schedule new futures after shutdown"
    ],
}
BEFORE = """\
import asyncio
async def main(): pass
async def x(): raise ValueError
"""


@pytest.mark.parametrize("mistake", MESSAGES)
def test_the_message_is_what_python_says(mistake: str) -> None:
    """Whoever searches for the words on the screen finds the page, in either language."""
    command = [sys.executable, "-W", "ignore", "-c", BEFORE + mistake]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert any(message in done.stderr for message in MESSAGES[mistake]), done.stderr
    for language in ("en", "zh"):
        page = (ROOT / "docs" / language / "practice" / "questions.md").read_text("utf-8")
        for message in MESSAGES[mistake]:
            assert message in page, f"docs/{language}/practice/questions.md: {message}"


def test_a_pool_at_import_starts_processes_again(tmp_path: Path) -> None:
    """Each new process imports the file; both messages on the screen are on the page."""
    file = tmp_path / "pool_at_import.py"
    file.write_text(
        "from concurrent.futures import ProcessPoolExecutor\n"
        "from multiprocessing import get_context\n"
        "pool = ProcessPoolExecutor(1, get_context('spawn'))\n"
        "pool.submit(abs, -1).result()\n"
    )
    done = subprocess.run(
        [sys.executable, str(file)], capture_output=True, text=True, timeout=30, check=False
    )
    said = " ".join(done.stderr.split())
    for message in (
        "An attempt has been made to start a new process before the current process has finished",
        "has finished its bootstrapping phase",
        "BrokenProcessPool: A process in the process pool was terminated abruptly",
    ):
        assert message in said
        for language in ("en", "zh"):
            page = (ROOT / "docs" / language / "practice" / "questions.md").read_text("utf-8")
            assert message in " ".join(page.split())
