"""A coroutine shares its caller's context variables; a task gets a copy."""

import asyncio
from contextvars import ContextVar

user: ContextVar[str] = ContextVar("user")


async def sign_in(name: str) -> None:
    user.set(name)


async def main() -> None:
    user.set("nobody")
    await asyncio.create_task(sign_in("Ada"), name="task")
    print(f"after the task: {user.get()}")
    await sign_in("Bob")
    print(f"after the coroutine: {user.get()}")


if __name__ == "__main__":
    asyncio.run(main())
