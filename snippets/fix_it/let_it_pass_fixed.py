"""Catch what you can cope with; a cancellation passes, and the timeout holds."""

import asyncio


async def cooperative() -> str:
    for attempt in (1, 2, 3):
        try:
            await asyncio.sleep(0.2)
        except Exception:  # CancelledError is none
            print(f"attempt {attempt} failed")
    return "done, at last"


async def main() -> None:
    try:
        print(await asyncio.wait_for(cooperative(), timeout=0.1))
    except TimeoutError:
        print("TimeoutError")


if __name__ == "__main__":
    asyncio.run(main())
