"""A forgotten await slips past assert_called; assert_awaited sees it."""

import asyncio
from unittest.mock import AsyncMock


async def sign_up(name: str, mailer: AsyncMock) -> None:
    mailer.send(f"Welcome, {name}!")  # the await is missing


async def main() -> None:
    mailer = AsyncMock()
    await sign_up("Ada", mailer)
    mailer.send.assert_called_once()
    print("assert_called_once: passed")
    try:
        mailer.send.assert_awaited_once()
    except AssertionError as error:
        print(f"assert_awaited_once: {error}")


if __name__ == "__main__":
    asyncio.run(main())
