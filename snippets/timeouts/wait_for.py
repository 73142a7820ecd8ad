"""wait_for() cancels what takes too long, and then raises TimeoutError."""

import asyncio


async def fetch(seconds: float) -> str:
    try:
        await asyncio.sleep(seconds)
        return "an answer"
    except asyncio.CancelledError:
        print("cancelled")
        raise


async def main() -> None:
    print(await asyncio.wait_for(fetch(0.1), timeout=0.3))
    try:
        await asyncio.wait_for(fetch(0.6), timeout=0.3)
    except TimeoutError:
        print("TimeoutError")
    print(f"one class: {asyncio.TimeoutError is TimeoutError}")


if __name__ == "__main__":
    asyncio.run(main())
