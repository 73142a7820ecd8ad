"""A queue belongs to the loop in which somebody first waited: a second is refused."""

import asyncio

queue: asyncio.Queue[str] = asyncio.Queue()  # made once, at import


async def listen() -> None:
    try:
        async with asyncio.timeout(0.1):
            print(await queue.get())
    except TimeoutError:
        print("nothing came")


if __name__ == "__main__":
    asyncio.run(listen())
    try:
        asyncio.run(listen())  # a new loop
    except RuntimeError as error:
        print(f"RuntimeError: the queue{str(error).rpartition('>')[2]}")
