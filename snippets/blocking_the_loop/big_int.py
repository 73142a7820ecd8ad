"""A harmless line of arithmetic can hold the loop: 10000! again and again."""

# /// script
# requires-python = ">=3.11"
# [tool.stopwatch]
# alone = true  # burns CPU
# ///

import asyncio
import math
import time


async def heartbeat() -> None:
    late = 0.0
    for _ in range(10):
        due = time.perf_counter() + 0.02
        await asyncio.sleep(0.02)
        late = max(late, time.perf_counter() - due)
    print(f"latest beat: {late * 1000:.0f} ms late")


async def number_cruncher() -> None:
    await asyncio.sleep(0.05)
    digits = 0
    for _ in range(40):
        digits += math.factorial(10_000).bit_length()
    print(f"computed {digits} bits")


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(heartbeat(), name="heartbeat")
        group.create_task(number_cruncher(), name="cruncher")


if __name__ == "__main__":
    asyncio.run(main())
