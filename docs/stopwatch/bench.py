"""Measure the build: how fast it is against its floor, how faithful, and how it scales.

``python -m stopwatch bench`` prints the table; it takes some minutes on an otherwise idle machine.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter

from stopwatch.cache import Cache
from stopwatch.crowd import TOLERANCE_MS, TOLERANCE_PART
from stopwatch.interpreters import interpreter_for
from stopwatch.model import Run
from stopwatch.recording import minimal_environment
from stopwatch.runner import Result, recall, record
from stopwatch.snippets import Snippet, find_snippets, parse_snippet
from stopwatch.standin import standin

Say = Callable[[str], None]
_SIZES = (100, 300, 1_000)
_DIGITS = re.compile(r"\d+")
_BEARABLE = 0.6  # the part of the cores that may be in use while timings stay honest


@dataclass(frozen=True)
class Row:
    """One measured figure: what it is, its value with a unit, and the bound it is held against."""

    what: str
    value: str
    bound: str = ""


@dataclass
class Report:
    """All rows of one benchmark, and the raw numbers behind them (ms unless named otherwise)."""

    rows: list[Row] = field(default_factory=list)
    numbers: dict[str, float] = field(default_factory=dict)

    def add(self, what: str, value: str, bound: str = "") -> None:
        """Add a row of the table."""
        self.rows.append(Row(what, value, bound))

    def as_text(self) -> str:
        """Return the table as Markdown."""
        lines = ["| figure | measured | bound |", "| --- | --- | --- |"]
        lines += [f"| {row.what} | {row.value} | {row.bound} |" for row in self.rows]
        return "\n".join(lines)

    def write_into(self, path: Path) -> None:
        """Replace the table between the two markers in a Markdown file. Raises ValueError."""
        text = path.read_text("utf-8")
        start, end = "<!-- bench -->\n", "<!-- /bench -->"
        head, found, rest = text.partition(start)
        _, ending, tail = rest.partition(end)
        if not (found and ending):
            raise ValueError(f"{path.name} lacks the lines {start.strip()} and {end}")
        path.write_text(f"{head}{start}{self.as_text()}\n{end}{tail}", "utf-8")

    def as_json(self) -> str:
        """Return rows and numbers as JSON."""
        return json.dumps({"rows": [asdict(row) for row in self.rows], "numbers": self.numbers})


async def bench(root: Path, say: Say, *, sizes: Sequence[int] = _SIZES) -> Report:
    """Measure everything. Runs go to a temporary cache; the project's own is left as it is."""
    report = Report()
    snippets = [s for s in find_snippets(root) if s.settings.run and interpreter_for(s)]
    with tempfile.TemporaryDirectory(prefix="stopwatch-bench-") as folder:
        say(f"all {len(snippets)} snippets, cold …")
        results = await _build(report, snippets, root, Cache(Path(folder, "cold", "runs")))
        _keys(report, snippets, root)
        say("each alone, as plain `python file.py` …")
        await _fidelity(report, results, root)
        for size in sizes:
            say(f"{size} synthetic snippets …")
            await _scale(report, size, Path(folder, str(size)))
        _flatness(report, sizes)
        say("the whole site again, beside the same pages under bare Material …")
        _rebuild(report, root, Path(folder))
    return report


async def _build(
    report: Report, snippets: Sequence[Snippet], root: Path, cache: Cache
) -> list[Result]:
    began = perf_counter()
    results = await record(snippets, root, cache=cache)
    wall = (perf_counter() - began) * 1000
    runs = [(r.snippet, r.run) for r in results if r.run and not r.problem]
    waiting = [run for snippet, run in runs if not snippet.runs_alone]
    alone = [run for snippet, run in runs if snippet.runs_alone]
    cores = os.cpu_count() or 1
    longest = max((run.total for run in waiting), default=0.0)
    busy = sum(run.cpu for run in waiting) / (_BEARABLE * cores)
    floor = max(longest, busy) + sum(run.total for run in alone)
    in_turn = sum(run.total for _, run in runs)
    report.numbers |= {"wall": wall, "floor": floor, "in_turn": in_turn, "snippets": len(runs)}
    report.add("programs run", f"{len(runs)}", "")
    report.add("floor", _seconds(floor), "longest or CPU share, plus those alone")
    report.add("wall, cold", _seconds(wall), f"≤ 1.3 × floor: {wall / floor:.2f} ×")
    ratio = 2 * in_turn / wall
    report.add("one after another, once per language", _seconds(2 * in_turn), f"{ratio:.1f} × ours")
    return results


def _keys(report: Report, snippets: Sequence[Snippet], root: Path) -> None:
    parse_snippet.cache_clear()
    began = perf_counter()
    for snippet in find_snippets(root):
        if snippet.settings.run:
            recall(snippet, root)
    took = (perf_counter() - began) * 1000
    report.numbers["keys"] = took
    report.add(
        f"checking {len(snippets)} keys and reading their runs", f"{took:.0f} ms", "≤ 300 ms"
    )


# Fidelity


async def _fidelity(report: Report, results: Sequence[Result], root: Path) -> None:
    errors: list[tuple[float, float, str]] = []
    for result in results:
        snippet, run = result.snippet, result.run
        if run is None or snippet.settings.alone or result.problem:
            continue
        plain = await _plain_stamps(snippet, root)
        error, allowed = _deviation(_stamps(run), plain)
        if allowed:
            errors.append((error / allowed, error, snippet.name))
    if not errors:
        return
    errors.sort()
    worst, median = errors[-1], statistics.median(error for _, error, _ in errors)
    outside = [name for part, _, name in errors if part > 1]
    bound = f"each within max({TOLERANCE_PART:.0%}, {TOLERANCE_MS:.0f} ms)"
    report.numbers |= {"worst_ms": worst[1], "median_ms": median, "outside": len(outside)}
    report.add("fidelity, median", f"{median:.1f} ms", bound)
    report.add("fidelity, worst", f"{worst[1]:.1f} ms ({worst[2]})", bound)
    report.add("outside the bound", f"{len(outside)} of {len(errors)} {' '.join(outside)}", "0")


def _stamps(run: Run) -> list[tuple[float, str]]:
    return [(line.t, _DIGITS.sub("#", line.text)) for line in run.output if line.stream == "stdout"]


async def _plain_stamps(snippet: Snippet, root: Path) -> list[tuple[float, str]]:
    """Run ``python -u file.py`` by itself and stamp each line as it arrives."""
    if snippet.standin is None:
        return await asyncio.to_thread(_run_plainly, snippet, {})
    async with standin(root, snippet.standin) as environment:
        return await asyncio.to_thread(_run_plainly, snippet, environment)


def _run_plainly(snippet: Snippet, environment: dict[str, str]) -> list[tuple[float, str]]:
    stamps = []
    with (
        tempfile.TemporaryDirectory(prefix="stopwatch-bench-") as folder,
        subprocess.Popen(
            [interpreter_for(snippet) or sys.executable, "-u", str(snippet.path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={**minimal_environment(Path(folder)), **environment},
        ) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            text = line.decode("utf-8", "replace").rstrip("\n")
            stamps.append((perf_counter() * 1000, _DIGITS.sub("#", text)))
    return stamps


def _deviation(
    ours: list[tuple[float, str]], plain: list[tuple[float, str]]
) -> tuple[float, float]:
    """Return (largest difference, what is allowed) in ms, counted from the first line of output."""
    if len(ours) != len(plain) or len(ours) < 2:
        return 0.0, 0.0
    mine = [t - ours[0][0] for t, _ in ours]
    theirs = [t - plain[0][0] for t, _ in plain]
    parts = [
        (abs(a - b), max(TOLERANCE_MS, TOLERANCE_PART * b))
        for a, b in zip(mine, theirs, strict=True)
    ]
    return max(parts, key=lambda part: part[0] / part[1])


# Scale

_SYNTHETIC = """import asyncio

NUMBER = {number}


async def main() -> None:
    print("starts")
    await asyncio.sleep(0.2)
    print("ends")


asyncio.run(main())
"""


async def _scale(report: Report, size: int, root: Path) -> None:
    folder = root / "snippets" / "synthetic"
    folder.mkdir(parents=True)
    (root / "mkdocs.yml").touch()
    for number in range(size):
        (folder / f"s{number}.py").write_text(_SYNTHETIC.format(number=number))
    snippets = find_snippets(root)
    peak = _Peak()
    watching = asyncio.create_task(peak.watch())
    began = perf_counter()
    await record(snippets, root)
    wall = (perf_counter() - began) * 1000
    watching.cancel()
    each = (wall - 200) / size
    report.numbers |= {f"scale_{size}": wall, f"each_{size}": each}
    value = f"{_seconds(wall)}, {each:.1f} ms each, {peak.files} open files, {peak.memory:.0f} MB"
    report.add(f"{size} snippets that wait 0.2 s", value, "flat within 10 %")


def _flatness(report: Report, sizes: Sequence[int]) -> None:
    if len(sizes) > 1:
        each = [report.numbers[f"each_{size}"] for size in sizes]
        spread = max(each) / min(each) - 1
        report.numbers["spread"] = spread
        report.add("spread of the cost per snippet", f"{spread:.0%}", "≤ 10 %")


# A rebuild of what has not changed

_ROUNDS = 3
_BARE = """site_name: Bare
docs_dir: {docs}
site_dir: {site}
theme: {{name: material, language: {language}, font: false}}
plugins: {{search: {{lang: {language}}}}}
markdown_extensions: {extensions}
"""


def _rebuild(report: Report, root: Path, folder: Path) -> None:
    """Compare an unchanged rebuild of both languages with bare Material's of the same pages.

    The rounds alternate, each builds both languages side by side, and the best of each counts.
    """
    ours, bare = [], []
    configs = [_bare_config(root, language, folder) for language in ("en", "zh")]
    command = [sys.executable, "-m", "mkdocs", "build", "-q"]
    _build_all(root, [[*command, "-d", str(folder / "ours")]])  # What is missing is recorded now.
    for _ in range(_ROUNDS):
        ours.append(_build_all(root, [[*command, "-d", str(folder / "ours")]]))
        bare.append(_build_all(root, [[*command, "-f", str(config)] for config in configs]))
    ratio = min(ours) / min(bare)
    pages = len(list((root / "docs" / "en").rglob("*.md")))
    report.numbers |= {"rebuild": min(ours), "bare": min(bare), "rebuild_ratio": ratio}
    report.add(f"bare Material, {pages} pages in two languages", _seconds(min(bare)))
    report.add("our rebuild of them, unchanged", _seconds(min(ours)), f"≤ 1.3 ×: {ratio:.2f} ×")


def _bare_config(root: Path, language: str, folder: Path) -> Path:
    config = folder / f"bare-{language}.yml"
    names = "admonition attr_list def_list footnotes md_in_html tables pymdownx.details "
    names += "pymdownx.highlight pymdownx.inlinehilite pymdownx.superfences"
    extensions = json.dumps([*names.split(), {"toc": {"permalink": True}}])
    docs, site = root / "docs" / language, folder / f"bare-{language}"
    config.write_text(
        _BARE.format(docs=docs, site=site, language=language, extensions=extensions), "utf-8"
    )
    return config


def _build_all(root: Path, commands: Sequence[Sequence[str]]) -> float:
    """Run these commands side by side and return how long all of them took (ms)."""
    began = perf_counter()
    with tempfile.TemporaryFile() as said:
        running = [subprocess.Popen(c, cwd=root, stdout=said, stderr=said) for c in commands]
        failed = [process.args for process in running if process.wait()]
        took = (perf_counter() - began) * 1000
        if failed:
            said.seek(0)
            text = said.read().decode("utf-8", "replace")[-2000:]
            raise RuntimeError(f"mkdocs build failed:\n{text}")
    return took


class _Peak:
    """The most open files and the most memory (MB) of this process while something ran."""

    def __init__(self) -> None:
        self.files = 0
        self.memory = 0.0

    async def watch(self) -> None:
        """Look every 50 ms, until cancelled."""
        while True:
            self.files = max(self.files, len(list(Path("/proc/self/fd").iterdir())))
            pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
            self.memory = max(self.memory, pages * os.sysconf("SC_PAGESIZE") / 1e6)
            await asyncio.sleep(0.05)


def _seconds(ms: float) -> str:
    return f"{ms / 1000:.2f} s"
