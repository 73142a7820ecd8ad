"""A small site in both languages, with the real configuration and theme, to build and to break."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parents[1]
_MKDOCS = (sys.executable, "-m", "mkdocs")

_ENGLISH_CONFIG = """\
INHERIT: {root}/mkdocs.yml
docs_dir: docs/en
theme: {{custom_dir: {root}/docs/theme}}
nav: [index.md, start/first.md]
"""
_CHINESE_CONFIG = """\
INHERIT: {root}/docs/zh.yml
theme: {{custom_dir: {root}/docs/theme}}
nav: [index.md, start/first.md]
"""
_HOME = """\
---
title: Home
description: A small site.
---

# Home {{ #home }}

{text} [the first page](start/first.md#first).
"""
_PAGE = """\
---
title: {title}
description: A program and its run.
---

# {title} {{ #first }}

{text} [total](measure:first/program.py).

```python exec="on" html="on"
from stopwatch import show
print(show("first/program.py"))
```
"""
PROGRAM = '''\
"""Two tasks wait at the same time."""

import asyncio


async def wait(name: str, seconds: float) -> None:
    print(name, "begins")
    await asyncio.sleep(seconds)
    print(name, "<b>ends</b>")


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(wait("marmalade", 0.1), name="A")
        group.create_task(wait("porridge", 0.2), name="B")


if __name__ == "__main__":
    asyncio.run(main())
'''


def make_small_site(root: Path) -> Path:
    """Write the sources of a site with two pages and one program, and return its folder."""
    write(root, "mkdocs.yml", _ENGLISH_CONFIG.format(root=ROOT))
    write(root, "docs/zh.yml", _CHINESE_CONFIG.format(root=ROOT))
    write(root, "docs/en/index.md", _HOME.format(text="Begin with"))
    write(root, "docs/zh/index.md", _HOME.format(text="从这里开始："))
    write(root, "docs/en/start/first.md", _PAGE.format(title="First", text="It took"))
    write(root, "docs/zh/start/first.md", _PAGE.format(title="第一页", text="用时"))
    write(root, "snippets/first/program.py", PROGRAM)
    return root


def write(root: Path, name: str, text: str) -> None:
    """Write or replace one source file."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def add(root: Path, name: str, text: str) -> None:
    """Put a paragraph at the end of a page."""
    write(root, name, f"{(root / name).read_text('utf-8')}\n\n{text}\n")


@contextmanager
def mkdocs(root: Path, *arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Run MkDocs as from a terminal, in a group of its own; at the end nothing of it is left."""
    process = subprocess.Popen(
        [*_MKDOCS, *arguments],
        cwd=root,
        # 6 MB that few of these sites need.
        env={**os.environ, "PYTHONUNBUFFERED": "1", "RUN_HERE": "false", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        start_new_session=True,
        preexec_fn=_accept_ctrl_c,  # noqa: PLW1509 (no threads here)
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def _accept_ctrl_c() -> None:
    # Whoever runs the tests in the background has it ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def build(root: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    """Build the site and return the exit status and all that was said."""
    with mkdocs(root, "build", *arguments, **environment) as process:
        output, _ = process.communicate(timeout=60)
    return process.returncode, output


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder, byte for byte."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def is_alive(group: int) -> bool:
    """Tell whether any process of a group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
