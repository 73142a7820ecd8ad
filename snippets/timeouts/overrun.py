"""wait_for() waits for the clean-up of what it cancelled, however long that takes."""

import asyncio


async def fetch() -> None:
    try:
        await asyncio.sleep(1)
    finally:
        print("cancelled, saying goodbye")
        await asyncio.sleep(0.3)  # hand the connection back


async def main() -> None:
    try:
        await asyncio.wait_for(fetch(), timeout=0.2)
    except TimeoutError:
        print("TimeoutError, after a limit of 0.2 s")


if __name__ == "__main__":
    asyncio.run(main())
