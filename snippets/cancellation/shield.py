"""shield() protects the task, not the one who waits for it: that one is cancelled."""

import asyncio


async def save() -> None:
    await asyncio.sleep(0.4)
    print("saved")


async def handle(saving: asyncio.Task[None]) -> None:
    try:
        await asyncio.shield(saving)
    except asyncio.CancelledError:
        print("cancelled; the save goes on")
        raise


async def main() -> None:
    saving = asyncio.create_task(save(), name="save")
    handling = asyncio.create_task(handle(saving), name="handle")
    await asyncio.sleep(0.2)
    handling.cancel()
    await asyncio.wait([handling])
    await saving  # somebody has to wait for it, or it dies with the loop


if __name__ == "__main__":
    asyncio.run(main())
