"""A task that nobody holds can vanish before it is done: the loop's hold is weak."""

import asyncio
import gc


async def important() -> None:
    print("started")
    never_set = asyncio.get_running_loop().create_future()
    await never_set  # stands for an answer that only this task knows of
    print("finished")


async def main() -> None:
    asyncio.create_task(important(), name="important")
    await asyncio.sleep(0.1)
    gc.collect()  # Python does this by itself, at a moment you don't choose
    print(f"tasks that exist: {len(asyncio.all_tasks())}")


if __name__ == "__main__":
    asyncio.run(main())
