"""asyncio.timeout() limits a block: inside a cancellation, outside a TimeoutError."""

import asyncio


async def fetch(seconds: float) -> None:
    await asyncio.sleep(seconds)


async def main() -> None:
    try:
        async with asyncio.timeout(0.3):
            await fetch(0.1)
            print("the first is done")
            try:
                await fetch(0.4)
            except asyncio.CancelledError:
                print("inside: CancelledError")
                raise
    except TimeoutError:
        print("outside: TimeoutError")


if __name__ == "__main__":
    asyncio.run(main())
