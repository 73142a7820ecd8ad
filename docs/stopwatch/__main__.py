"""The command line: ``python -m stopwatch run FILE`` and ``python -m stopwatch list``."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from stopwatch.interpreters import interpreter_for, needs
from stopwatch.model import Line, Run
from stopwatch.recording import Launch, record_program
from stopwatch.runner import Result, launch_of, problem_of, recall, report
from stopwatch.snippets import (
    Snippet,
    SnippetError,
    find_root,
    find_snippets,
    parse_snippet,
    read_snippet,
)
from stopwatch.standin import StandinError, standin
from stopwatch.timeline import render_text
from stopwatch.translated import TranslationError, mark
from stopwatch.words import word


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 0, the program's own, or 2 for a wrong call."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except (SnippetError, StandinError, TranslationError) as error:
        print(f"stopwatch: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader of our output, such as `head`, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="stopwatch", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="run a program and show its log and timeline")
    run.add_argument("file", help="a snippet's name, such as gather/order.py, or any Python file")
    run.add_argument("arguments", nargs="*", help="handed on to the program; options after --")
    run.add_argument("--json", action="store_true", help="print the recorded run as JSON")
    run.add_argument("--html", type=Path, metavar="OUT", help="write it as one page, with a replay")
    run.add_argument("--language", choices=("en", "zh"), default="en", help="the page's language")
    run.add_argument("--trace", type=Path, metavar="OUT", help="write it as a trace, for Perfetto")
    run.add_argument("--timeout", type=float, metavar="S", help="stop the program after S seconds")
    run.set_defaults(command=_run)
    bench = commands.add_parser("bench", help="measure the build's speed, fidelity and scale")
    bench.add_argument("--json", action="store_true", help="print the figures as JSON")
    bench.add_argument("--write", type=Path, metavar="FILE", help="put the table into this file")
    bench.set_defaults(command=_bench)
    translated = commands.add_parser("translated", help="record that translations are up to date")
    translated.add_argument("pages", nargs="*", help="such as start/kitchen; else all")
    translated.set_defaults(command=_translated)
    show = commands.add_parser("list", help="list every snippet with its last run")
    show.set_defaults(command=_list)
    return parser


# run


def _run(options: argparse.Namespace) -> int:
    snippet = _find(options.file)
    _check_places(options.html, options.trace)
    run = asyncio.run(_record(snippet, options))
    print(run.to_json() if options.json else show_run(run))
    _write(snippet, run, options)
    problem = problem_of(snippet, run)
    if problem and _is_ours(snippet):
        print(f"\n{report(Result(snippet, run, problem))}", file=sys.stderr)
        return run.exit or 1
    if problem and run.error:
        print(f"\nstopwatch: {snippet.name} {run.error}", file=sys.stderr)
    return 0 if _is_ours(snippet) else _status(run.exit)


def _check_places(*files: Path | None) -> None:
    """Say before the program runs, not after, that a file can't be written. Raises SnippetError."""
    for file in files:
        if file and not file.parent.is_dir():
            raise SnippetError(f"{file}: there is no folder {file.parent}")
        if file and file.is_dir():
            raise SnippetError(f"{file} is a folder; name a file in it")


def _status(exit_: int) -> int:
    """Return an exit status as a shell has it: 128 and the signal for a program that was killed."""
    return 128 - exit_ if exit_ < 0 else exit_


def _write(snippet: Snippet, run: Run, options: argparse.Namespace) -> None:
    """Write the files that were asked for, and say so."""
    try:
        if options.html:
            from stopwatch.export import to_page

            source = snippet.source.decode("utf-8", "replace")
            page = to_page(run, source, language=options.language)
            options.html.write_text(page, encoding="utf-8")
            print(f"wrote {options.html}", file=sys.stderr)
        if options.trace:
            from stopwatch.chrome import to_chrome_trace

            options.trace.write_text(to_chrome_trace(run), encoding="utf-8")
            print(f"wrote {options.trace}", file=sys.stderr)
    except OSError as error:
        raise SnippetError(f"{error.filename}: {error.strerror}") from error


def _find(file: str) -> Snippet:
    """Return the snippet of that name, else the program in that file. Raises SnippetError."""
    path = Path(file)
    try:
        root = find_root()
        inside = path.resolve()
        folder = (root / "snippets").resolve()
        name = inside.relative_to(folder).as_posix() if inside.is_relative_to(folder) else file
        return read_snippet(root, name)
    except SnippetError as error:
        if not path.is_file():
            if path.suffix == ".py" and len(path.parts) == 2:
                raise
            message = f"{file} does not exist"
            raise SnippetError(message) from error
    return parse_snippet(path.name, path.resolve(), path.read_bytes())


def _is_ours(snippet: Snippet) -> bool:
    return "/" in snippet.name


async def _record(snippet: Snippet, options: argparse.Namespace) -> Run:
    ours = _is_ours(snippet)
    if snippet.standin is None or (not ours and "OPENAI_API_KEY" in os.environ):
        return await _interruptible(_launch(snippet, options, {}))
    if not ours:
        print(_NO_KEY, file=sys.stderr)
    async with standin(find_root(), snippet.standin) as environment:
        return await _interruptible(_launch(snippet, options, environment))


_NO_KEY = (
    "stopwatch: OPENAI_API_KEY is not set, so this talks to the stand-in: latency is simulated"
)


def _launch(snippet: Snippet, options: argparse.Namespace, environment: dict[str, str]) -> Launch:
    if _is_ours(snippet):
        if interpreter_for(snippet) is None:
            raise SnippetError(f"{snippet.name} needs {needs(snippet)}, and there is none here")
        return launch_of(snippet, environment)
    return Launch(
        program=snippet.path,
        name=snippet.name,
        arguments=tuple(options.arguments),
        environment=environment,
        timeout=options.timeout,
        sandbox=False,
    )


async def _interruptible(launch: Launch) -> Run:
    """Record a program; Ctrl-C reaches the program, so that its clean-up is recorded too."""
    child: list[int] = []

    def interrupt() -> None:
        for pid in child:
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGINT)

    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError):  # Windows has no signal handlers in loops.
        loop.add_signal_handler(signal.SIGINT, interrupt)
    return await record_program(replace(launch, started=child.append))


def show_run(run: Run) -> str:
    """Return a run for the terminal: its log, its timeline, and what it took."""
    width = shutil.get_terminal_size().columns
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    log = "\n".join(_log_line(line, _column(run)) for line in run.output)
    picture = render_text(run, width=width, colour=colour)
    note = word("left out", "en").format(count=run.left_out) if run.left_out else ""
    return "\n\n".join(part for part in (log, picture, note) if part)


def _column(run: Run) -> int:
    return max((len(line.task) for line in run.output), default=0)


def _log_line(line: Line, column: int) -> str:
    mark = "!" if line.stream == "stderr" else " "
    return f"{max(0.0, line.t) / 1000:8.3f}  {line.task:{column}} {mark} {line.text}"


# bench


def _bench(options: argparse.Namespace) -> int:
    from stopwatch.bench import bench

    report = asyncio.run(bench(find_root(), lambda text: print(text, file=sys.stderr)))
    print(report.as_json() if options.json else report.as_text())
    if options.write:
        report.write_into(options.write)
    return 0


# translated


def _translated(options: argparse.Namespace) -> int:
    docs = find_root() / "docs"
    changed = mark(docs / "en", docs / "zh", options.pages)
    print("\n".join(changed) or "Every page named was up to date already.")
    return 0


# list


def _list(_options: argparse.Namespace) -> int:
    root = find_root()
    for snippet in find_snippets(root):
        print(f"{snippet.name:44} {_last_run(snippet, root)}")
    return 0


def _last_run(snippet: Snippet, root: Path) -> str:
    if not snippet.settings.run:
        return "shown, never run"
    result = recall(snippet, root)
    if result is None:
        return "not run yet"
    if result.run is None:
        return f"missing: needs {result.missing}"
    return f"{result.run.total / 1000:6.2f} s  Python {result.run.python}"


if __name__ == "__main__":
    sys.exit(main())
