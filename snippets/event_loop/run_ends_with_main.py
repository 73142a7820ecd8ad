"""The loop ends with main(): tasks that are left over are cancelled, not finished."""

import asyncio


async def upload() -> None:
    try:
        await asyncio.sleep(1)
        print("uploaded")
    except asyncio.CancelledError:
        print("cancelled before the end")
        raise


async def main() -> None:
    upload_task = asyncio.create_task(upload(), name="upload")
    await asyncio.sleep(0.2)
    print(f"main returns; upload done: {upload_task.done()}")


if __name__ == "__main__":
    asyncio.run(main())
