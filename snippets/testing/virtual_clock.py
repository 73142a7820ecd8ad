"""A loop whose clock jumps to the next timer: minutes of waiting pass in no time."""

import asyncio
import selectors
from collections.abc import Callable


class JumpingSelector(selectors.DefaultSelector):
    """Where a loop waits; this one moves a clock instead."""

    now = 0.0

    def select(
        self, timeout: float | None = None
    ) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(None if timeout is None else 0)
        if timeout is not None and not ready:
            self.now += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.clock = JumpingSelector()
        super().__init__(self.clock)

    def time(self) -> float:
        return self.clock.now


async def poll(is_ready: Callable[[], bool]) -> None:
    """The code under test: look once a minute, give up after ten."""
    async with asyncio.timeout(600):
        while not is_ready():
            await asyncio.sleep(60)


async def main() -> None:
    loop = asyncio.get_running_loop()
    await poll(lambda: loop.time() >= 300)
    print(f"ready after {loop.time() / 60:.0f} minutes")
    try:
        await poll(lambda: False)
    except TimeoutError:
        print(f"gave up {loop.time() / 60 - 5:.0f} minutes later")


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(main())
