"""Run the snippets whose runs are missing: the waiting ones together, the busy ones alone.

``record_all`` is what the build calls; ``record_program`` in ``recording`` runs a single one.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from stopwatch.backstage import Backstage
from stopwatch.cache import Cache, key_of
from stopwatch.crowd import TOLERANCE_MS, Cost, Crowd, disturbed, read_costs, write_costs
from stopwatch.interpreters import interpreter_for, needs
from stopwatch.model import Run
from stopwatch.processes import Warm, WarmDied
from stopwatch.provenance import stamp
from stopwatch.recording import Launch, record_program
from stopwatch.snippets import Snippet, find_snippets
from stopwatch.workplace import clear_leftovers

Progress = Callable[[str], None]
_LAST_LINES = 8
# From this many programs on, warming an interpreter up costs less than their imports would.
_WORTH_WARMING = 4


@dataclass(frozen=True)
class Result:
    """What became of one snippet: its run, and the problem with it, if there is one.

    ``missing`` says which Python it needs when the machine has none that can run it. ``digest``
    tells this run from every other.
    """

    snippet: Snippet
    run: Run | None = None
    problem: str | None = None
    missing: str | None = None
    digest: str = ""


class RunsFailed(Exception):  # noqa: N818 (what failed are the runs)
    """Some snippets failed; the message names each, the cause and the command to repeat it."""

    def __init__(self, results: Sequence[Result]) -> None:
        self.results = results
        super().__init__("\n\n".join(report(result) for result in results))


def record_all(root: Path, progress: Progress = lambda _line: None) -> list[Result]:
    """Record every snippet whose run the cache doesn't hold, and return all results.

    Raises RunsFailed when any failed (the others are kept), SnippetError when metadata can't be
    read, StandinError when the stand-in doesn't start, CacheError when runs can't be stored.
    """
    snippets = [snippet for snippet in find_snippets(root) if snippet.settings.run]
    if clear_leftovers():
        progress("ended programs that a killed build had left running")
    try:
        results = asyncio.run(record(snippets, root, progress))
    except BaseExceptionGroup as group:
        raise _first(group) from None
    failed = [result for result in results if result.problem]
    if failed:
        raise RunsFailed(failed)
    return results


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the first error in a task group's, which may be nested; the rest were cancelled."""
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error


async def record(
    snippets: Iterable[Snippet],
    root: Path,
    progress: Progress = lambda _line: None,
    *,
    cache: Cache | None = None,
    fresh: bool = False,
) -> list[Result]:
    """Record these snippets, each from the cache if it can be, and return their results in order.

    ``cache`` is the project's own unless another is given. With ``fresh`` every program gets a new
    interpreter, never a fork of a warm one.
    """
    cache = cache or Cache.of(root)
    snippets = list(snippets)
    known = [recall(snippet, root, cache) for snippet in snippets]
    waiting = [snippet for snippet, result in zip(snippets, known, strict=True) if result is None]
    worthwhile = len(waiting) >= _WORTH_WARMING and Warm.is_possible()
    async with Backstage(root, progress, warm=worthwhile and not fresh) as backstage:
        session = _Session(root, cache, backstage, progress, total=len(waiting))
        done = await session.run(waiting)
    return [
        result or done[(snippet.name, snippet.source)]
        for snippet, result in zip(snippets, known, strict=True)
    ]


def recall(snippet: Snippet, root: Path, cache: Cache | None = None) -> Result | None:
    """Return the snippet's result from the cache; None when it has yet to run."""
    if interpreter_for(snippet) is None:
        return Result(snippet, missing=needs(snippet))
    found = (cache or Cache.of(root)).read(key_of(snippet, root))
    return None if found is None else Result(snippet, found[0], digest=found[1])


class _Session:
    """One go at recording what is missing."""

    def __init__(
        self,
        root: Path,
        cache: Cache,
        backstage: Backstage,
        progress: Progress,
        *,
        total: int,
    ) -> None:
        self._root, self._cache, self._backstage = root, cache, backstage
        self._progress, self._total = progress, total
        self._done: dict[tuple[str, bytes], Result] = {}
        self._tried = set[Snippet]()  # once, disturbed
        self._again: list[Snippet] = []
        self._costs = read_costs(cache.folder.parent)
        self._crowd = Crowd(self._costs, self._in_the_crowd)

    async def run(self, waiting: list[Snippet]) -> dict[tuple[str, bytes], Result]:
        alone = [snippet for snippet in waiting if snippet.runs_alone]
        crowd = [snippet for snippet in waiting if not snippet.runs_alone]
        try:
            async with asyncio.TaskGroup() as group:
                packing = group.create_task(self._backstage.pack(waiting))
                if not self._backstage.warm:
                    await packing  # New interpreters would disturb the others.
                await self._backstage.warm_up()
                self._crowd.add(snippet for snippet in crowd if not snippet.packages)
                group.create_task(self._crowd.run())
                await packing
                self._crowd.add(snippet for snippet in crowd if snippet.packages)
                self._crowd.close()
            for snippet in [*self._again, *alone]:
                await self._keep(snippet, await self._record(snippet))
        finally:
            write_costs(self._cache.folder.parent, self._costs)
        return self._done

    async def _in_the_crowd(self, snippet: Snippet) -> None:
        run = await self._record(snippet)
        # The machine may have been too busy for the program's own deadlines, or its time limit; or
        # for an honest timing.
        failed = run.error or (run.delayed > TOLERANCE_MS and problem_of(snippet, run))
        late = disturbed(run)
        if failed or (late and snippet in self._tried):
            self._again.append(snippet)
        elif not late:
            await self._keep(snippet, run)
        else:
            self._tried.add(snippet)
            self._costs[snippet.name] = Cost(run.cpu, run.total)
            self._crowd.add([snippet])

    async def _record(self, snippet: Snippet) -> Run:
        run = await self._start(snippet)
        if run.exit and snippet.standin is not None and await self._backstage.lost(snippet):
            self._progress(f"the LLM stand-in ended while {snippet.name} ran; trying once more")
            run = await self._start(snippet)
        return run

    async def _start(self, snippet: Snippet) -> Run:
        environment = await self._backstage.environment(snippet)
        launch = launch_of(snippet, environment)
        warm = self._backstage.interpreter_of(snippet)
        if warm is None or snippet.settings.fresh or launch.interpreter != sys.executable:
            return await record_program(launch)
        try:
            return await record_program(replace(launch, warm=warm))
        except WarmDied:
            self._progress("the warm interpreter ended; going on with fresh ones")
            return await record_program(launch)

    async def _keep(self, snippet: Snippet, run: Run) -> None:
        run = stamp(run)
        problem = problem_of(snippet, run)
        digest = remember(self._cache, key_of(snippet, self._root), run, problem)
        self._costs[snippet.name] = Cost(run.cpu, run.total)
        self._done[(snippet.name, snippet.source)] = Result(snippet, run, problem, digest=digest)
        self._progress(
            f"{len(self._done)}/{self._total} {snippet.name}: {problem or _summary(run)}"
        )


def remember(cache: Cache, key: str, run: Run, problem: str | None) -> str:
    """Keep a good run for the next time; of a bad one only what its page has to say about it.

    Return the digest of what is kept. Raises CacheError.
    """
    if problem is not None:
        return cache.put(failure_key(key), replace(run, error=problem))
    digest = cache.put(key, run)
    cache.remove(failure_key(key))
    return digest


def failure_key(key: str) -> str:
    """Return the key under which a failed run is kept: it is shown, but never taken for a run."""
    return f"{key}-failed"


def launch_of(snippet: Snippet, environment: dict[str, str]) -> Launch:
    """Return how a snippet is run for the site."""
    return Launch(
        program=snippet.path,
        name=snippet.name,
        environment=environment,
        timeout=snippet.settings.timeout,
        trace=snippet.settings.trace,
        interpreter=interpreter_for(snippet) or "",
    )


def _summary(run: Run) -> str:
    note = " (the machine was busy)" if disturbed(run) else ""
    return f"{run.total / 1000:.2f} s{note}"


def problem_of(snippet: Snippet, run: Run) -> str | None:
    """Say in a few words what is wrong with a run; None when it ended as its author meant it to."""
    if run.error:
        return run.error
    last = _last_line(run)
    if raises := snippet.settings.raises:
        if run.exit and raises in run.stderr:
            return None
        return f"was meant to raise {raises}, but exited with status {run.exit}"
    if run.exit == snippet.settings.exit:
        return None
    if run.exit == 1 and last:
        return f"failed with {last}"
    if run.exit < 0:
        return f"was killed by signal {-run.exit}"
    return f"exited with status {run.exit}"


def _last_line(run: Run) -> str:
    lines = [line.text for line in run.output if line.stream == "stderr" and line.text.strip()]
    return lines[-1].strip() if lines else ""


def report(result: Result) -> str:
    """Tell an author what happened to a snippet, where, and what to type next."""
    lines = [f"snippets/{result.snippet.name}: {result.problem}"]
    if result.run and result.run.output:
        lines.append("  its last output:")
        lines += [f"    | {line.text[:200]}" for line in result.run.output[-_LAST_LINES:]]
    lines.append(f"  repeat it: python -m stopwatch run {result.snippet.name}")
    return "\n".join(lines)
