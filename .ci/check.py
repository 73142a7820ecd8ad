"""Lint, formatting and types in one command: ``uv run .ci/check.py`` (``--fix`` repairs first).

It runs every check even if an earlier one failed, prints each command before it runs it, and exits
with 1 if any failed.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NEEDS = re.compile(r'^# requires-python = ">=\s*(3\.\d+)', re.MULTILINE)
OLDEST = "3.11"


def main() -> int:
    """Run the checks; 0 if all passed."""
    fix = "--fix" in sys.argv[1:]
    commands = [
        ["ruff", "check", *(["--fix"] if fix else [])],
        ["ruff", "format", *([] if fix else ["--check"])],
        *type_checks(),
    ]
    failed = [command for command in commands if not passes(command)]
    for command in failed:
        print(f"failed: uv run {' '.join(command)}", file=sys.stderr)
    return 1 if failed else 0


def type_checks() -> list[list[str]]:
    """Everything against the oldest Python we support, newer programs against their own."""
    newer = programs_by_python()
    leave_out = [re.escape(path) + "$" for paths in newer.values() for path in paths]
    return [
        ["mypy", *(f"--exclude={pattern}" for pattern in leave_out)],
        *(["mypy", f"--python-version={version}", *newer[version]] for version in sorted(newer)),
    ]


def programs_by_python() -> dict[str, list[str]]:
    """Programs under snippets/ whose metadata asks for a Python newer than the oldest."""
    found = defaultdict(list)
    for path in sorted((ROOT / "snippets").rglob("*.py")):
        match = NEEDS.search(path.read_text(encoding="utf-8"))
        if match and match[1] != OLDEST and not path.stem.endswith("_broken"):
            found[match[1]].append(path.relative_to(ROOT).as_posix())
    return dict(found)


def passes(command: list[str]) -> bool:
    """Run one command from the top of the checkout."""
    print("$", " ".join(command), flush=True)
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=False).returncode == 0


if __name__ == "__main__":
    raise SystemExit(main())
