"""to_thread() runs blocking calls in threads: three take as long as the slowest."""

import asyncio
import time

CALLS = {"A": 0.3, "B": 0.6, "C": 0.9}


def call(name: str, seconds: float) -> str:
    time.sleep(seconds)
    return f"{name} after {seconds} s"


async def main() -> None:
    calls = [asyncio.to_thread(call, name, seconds) for name, seconds in CALLS.items()]
    print(await asyncio.gather(*calls))


if __name__ == "__main__":
    asyncio.run(main())
