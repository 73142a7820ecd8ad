"""Clean-up may await: in finally, or by leaving an async with block."""

import asyncio
from types import TracebackType
from typing import Self


class Connection:
    async def __aenter__(self) -> Self:
        print("opened")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await asyncio.sleep(0.2)  # say goodbye properly
        print("closed")


async def serve() -> None:
    async with Connection():
        await asyncio.sleep(9)


async def main() -> None:
    task = asyncio.create_task(serve(), name="serve")
    await asyncio.sleep(0.2)
    task.cancel()
    await asyncio.wait([task])
    print(f"cancelled: {task.cancelled()}")


if __name__ == "__main__":
    asyncio.run(main())
