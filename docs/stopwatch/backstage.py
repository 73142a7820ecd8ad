"""What programs need while they run: warm interpreters to be forks of, stand-ins to talk to."""

from __future__ import annotations

import asyncio
import os
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Self

from stopwatch.processes import Warm, warm_modules
from stopwatch.recording import minimal_environment
from stopwatch.snippets import Snippet
from stopwatch.standin import answers, standin

_SERVES = "aiohttp"  # what the stand-in is made with


class Backstage:
    """Warm interpreters and stand-ins, started when asked for. An asynchronous context manager.

    Programs that ask for nothing special share a stand-in. One with options counts its requests or
    limits them, so it belongs to a single program. ``warm`` says whether to have warm interpreters.
    """

    def __init__(self, root: Path, tell: Callable[[str], None], *, warm: bool) -> None:
        self.warm = warm
        self._root, self._tell = root, tell
        self._plain: Warm | None = None
        self._packed: Warm | None = None
        self._serving: Warm | None = None
        self._stack = AsyncExitStack()
        self._servers: list[AsyncExitStack] = []
        self._started: dict[str, dict[str, str]] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *details: object) -> None:
        try:
            await asyncio.gather(*(server.aclose() for server in self._servers))
        finally:
            await self._stack.aclose()

    # Warm interpreters

    async def warm_up(self) -> None:
        """Have an interpreter for programs that use the standard library alone."""
        self._plain = await self._interpreter(())

    async def pack(self, snippets: Iterable[Snippet]) -> None:
        """Import the packages of these programs in another, and start their stand-ins."""
        packages = {package for snippet in snippets for package in snippet.packages}
        async with asyncio.TaskGroup() as group:
            group.create_task(self._serve(snippets))
            if packages:
                self._packed = await self._interpreter(packages)

    def interpreter_of(self, snippet: Snippet) -> Warm | None:
        """Return the warm interpreter for a program, if there is one and it is alive."""
        interpreter = self._packed if snippet.packages else self._plain
        return interpreter if interpreter is not None and interpreter.alive else None

    async def _interpreter(self, packages: Iterable[str]) -> Warm | None:
        if not self.warm:
            return None
        interpreter = Warm(minimal_environment(self._root), warm_modules(packages))
        await self._stack.enter_async_context(interpreter)
        if not interpreter.alive:
            self._tell("a warm interpreter did not start; going on with fresh ones")
        return interpreter

    # Stand-ins

    async def _serve(self, snippets: Iterable[Snippet]) -> None:
        """Start the stand-ins that these need, as many at once as there are processors."""
        room = asyncio.Semaphore(os.cpu_count() or 1)

        async def one(snippet: Snippet) -> None:
            async with room:
                await self.environment(snippet)

        each = {s.name if s.standin else "": s for s in snippets if s.standin is not None}
        if each:
            self._serving = await self._interpreter([_SERVES])
        async with asyncio.TaskGroup() as group:
            for snippet in each.values():
                group.create_task(one(snippet))

    async def environment(self, snippet: Snippet) -> dict[str, str]:
        """Return the variables that lead a program to its stand-in, which is there by then."""
        options = snippet.standin
        if options is None:
            return {}
        owner = snippet.name if options else ""
        async with self._locks[owner]:
            if owner not in self._started:
                server = standin(self._root, options, self._serving)
                self._servers.append(running := AsyncExitStack())
                self._started[owner] = await running.enter_async_context(server)
        return self._started[owner]

    async def lost(self, snippet: Snippet) -> bool:
        """Tell whether the program's stand-in is gone; if so, the next one asked for is new."""
        owner = snippet.name if snippet.standin else ""
        if owner not in self._started or await answers(self._started[owner]):
            return False
        self._started.pop(owner, None)
        return True
