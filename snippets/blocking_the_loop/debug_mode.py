"""In debug mode the loop names whoever held it for longer than it should."""

import asyncio
import logging
import time


async def innocent() -> None:
    await asyncio.sleep(0.05)


async def culprit() -> None:
    await asyncio.sleep(0.01)
    time.sleep(0.2)


async def main() -> None:
    asyncio.get_running_loop().slow_callback_duration = 0.1  # seconds; the default
    async with asyncio.TaskGroup() as group:
        group.create_task(innocent(), name="innocent")
        group.create_task(culprit(), name="culprit")


if __name__ == "__main__":
    logging.basicConfig(format="%(levelname)s %(message)s")
    asyncio.run(main(), debug=True)
