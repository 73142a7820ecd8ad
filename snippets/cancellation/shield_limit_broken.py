"""shield() can't save a task from the loop's end: asyncio.run() cancels all."""

import asyncio


async def save() -> None:
    try:
        await asyncio.sleep(0.5)
        print("saved")
    except asyncio.CancelledError:
        print("cancelled, nothing saved")
        raise


async def main() -> None:
    saving = asyncio.create_task(save(), name="save")
    try:
        async with asyncio.timeout(0.2):
            await asyncio.shield(saving)
    except TimeoutError:
        print("no time to wait for it")


if __name__ == "__main__":
    asyncio.run(main())
