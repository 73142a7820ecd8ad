"""Chunks leave as they are made; the background task starts after the last one."""

# /// script
# requires-python = ">=3.11"
# dependencies = ["fastapi", "httpx", "uvicorn"]
# ///

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from threading import Thread

import httpx
import uvicorn
from fastapi import BackgroundTasks, FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()


def name_task(name: str) -> None:
    if task := asyncio.current_task():
        task.set_name(name)


async def tell() -> AsyncIterator[str]:
    name_task("stream")
    for word in ("once", "upon", "a", "time"):
        yield f"{word}\n"
        await asyncio.sleep(0.2)


async def save() -> None:
    print("background task starts")
    await asyncio.sleep(0.3)
    print("background task ends")


@app.get("/story")
async def story(background: BackgroundTasks) -> StreamingResponse:
    name_task("request")
    background.add_task(save)
    return StreamingResponse(tell(), media_type="text/plain")


@contextmanager
def serving() -> Iterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # reply at once
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    Thread(target=server.run, args=[[listener]], name="server").start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True


async def main() -> None:
    with serving() as url:
        async with httpx.AsyncClient(base_url=url) as client:
            async with client.stream("GET", "/story") as reply:
                async for line in reply.aiter_lines():
                    print(f"received: {line}")


if __name__ == "__main__":
    asyncio.run(main())
