"""One bad item does not sink the batch; a batch that takes too long is a 504."""

# /// script
# requires-python = ">=3.11"
# dependencies = ["fastapi", "httpx", "uvicorn"]
# ///

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import httpx
import uvicorn
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, Field

app = FastAPI()
SECONDS = {"Oslo": 0.1, "Rome": 0.2, "Lima": 5.0}  # until we know its weather


class Batch(BaseModel):
    cities: list[str] = Field(min_length=1, max_length=20)


class Weather(BaseModel):
    city: str
    degrees: int | None = None
    error: str | None = None


async def look_up(city: str) -> Weather:
    try:
        await asyncio.sleep(SECONDS[city])
    except KeyError:
        return Weather(city=city, error="no such city")
    return Weather(city=city, degrees=21)


@app.post("/weather")
async def weather(batch: Batch) -> list[Weather]:
    try:
        async with asyncio.timeout(0.4), asyncio.TaskGroup() as group:
            tasks = [group.create_task(look_up(c), name=c) for c in batch.cities]
    except TimeoutError:
        raise HTTPException(504, "took too long") from None
    return [task.result() for task in tasks]


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
            for cities in (["Oslo", "Atlantis", "Rome"], ["Oslo", "Lima"], []):
                reply = await client.post("/weather", json={"cities": cities})
                print(f"{cities}: {reply.status_code}")
                if reply.is_success:
                    for item in reply.json():
                        print(f"  {item['city']}: {item['error'] or item['degrees']}")


if __name__ == "__main__":
    asyncio.run(main())
