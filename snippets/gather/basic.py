"""gather() runs what it is given at once: the total is the slowest, not the sum."""

import asyncio
import time


async def fetch_user(name: str, seconds: float) -> str:
    print(f"{name}: request sent")
    await asyncio.sleep(seconds)  # stands for an HTTP request
    print(f"{name}: answer received")
    return name.upper()


async def main() -> None:
    start = time.perf_counter()
    users = await asyncio.gather(
        fetch_user("Ada", 0.2),
        fetch_user("Bob", 0.4),
        fetch_user("Cleo", 0.3),
    )
    print(f"{users} in {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    asyncio.run(main())
