"""While a thread is blocked the loop goes on: the heartbeat doesn't miss a beat."""

import asyncio
import time


async def heartbeat() -> None:
    late = 0.0
    for _ in range(6):
        due = time.perf_counter() + 0.05
        await asyncio.sleep(0.05)
        late = max(late, time.perf_counter() - due)
    print(f"latest beat: {late * 1000:.0f} ms late")


async def main() -> None:
    beating = asyncio.create_task(heartbeat(), name="heartbeat")
    await asyncio.to_thread(time.sleep, 0.25)
    print("the blocking call is done")
    await beating


if __name__ == "__main__":
    asyncio.run(main())
