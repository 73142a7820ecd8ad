"""asyncio.run() ends with main(): what is still running then is cancelled."""

import asyncio


async def upload() -> None:
    print("starts")
    await asyncio.sleep(0.3)
    print("uploaded")


async def main() -> None:
    task = asyncio.create_task(upload(), name="upload")
    await asyncio.sleep(0.1)
    print(f"main ends, upload done: {task.done()}")


if __name__ == "__main__":
    asyncio.run(main())
