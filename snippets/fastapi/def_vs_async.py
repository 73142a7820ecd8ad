"""Blocking in a `def` endpoint takes a thread; in `async def` it stops the server."""

# /// script
# requires-python = ">=3.11"
# dependencies = ["fastapi", "httpx", "uvicorn"]
# ///

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread, current_thread

import httpx
import uvicorn
from fastapi import FastAPI

app = FastAPI()


@app.get("/def")
def in_def() -> None:
    print(f"def runs in: {current_thread().name}")
    time.sleep(0.2)


@app.get("/async_def")
async def in_async_def(name: str) -> None:
    if task := asyncio.current_task():
        task.set_name(f"serves {name}")
    print(f"async def runs in: {current_thread().name}")
    time.sleep(0.2)


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
            for path in ("/def", "/async_def"):
                start = time.perf_counter()
                async with asyncio.TaskGroup() as group:
                    for name in "ABC":
                        request = client.get(path, params={"name": name})
                        group.create_task(request, name=f"{path} {name}")
                print(f"{path}: {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    asyncio.run(main())
