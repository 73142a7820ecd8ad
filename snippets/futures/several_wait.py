"""Many may await one future and all wake when it is set, which happens once."""

import asyncio


async def runner(start: asyncio.Future[str]) -> None:
    print(f"hears {await start}")


async def main() -> None:
    start: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    runners = [
        asyncio.create_task(runner(start), name=name) for name in ("Ann", "Bob", "Cem")
    ]
    await asyncio.sleep(0.2)
    start.set_result("bang")
    await asyncio.gather(*runners)
    try:
        start.set_result("bang again")
    except asyncio.InvalidStateError as error:
        print(f"InvalidStateError: {error}")


if __name__ == "__main__":
    asyncio.run(main())
