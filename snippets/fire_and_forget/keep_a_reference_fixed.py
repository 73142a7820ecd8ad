"""Hold every background task until it is done, and let it go by a callback."""

import asyncio
import gc
from collections.abc import Coroutine
from typing import Any

background: set[asyncio.Task[None]] = set()


def start(work: Coroutine[Any, Any, None], name: str) -> None:
    task = asyncio.create_task(work, name=name)
    background.add(task)
    task.add_done_callback(background.discard)


async def important() -> None:
    print("started")
    await asyncio.sleep(0.2)
    print("finished")


async def main() -> None:
    start(important(), "important")
    await asyncio.sleep(0.1)
    gc.collect()
    print(f"tasks that exist: {len(asyncio.all_tasks())}")
    await asyncio.gather(*background)
    print(f"held: {len(background)}")


if __name__ == "__main__":
    asyncio.run(main())
