"""The W3C's HTML checker over a folder of pages."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.tools import java, tool


def html_errors(site: Path) -> list[str]:
    """Return what is wrong with the HTML of any page, in words of the checker.

    Raises OSError where there is neither npm to fetch it nor Java to run it.
    """
    jar = tool("vnu-jar") / "build" / "dist" / "vnu.jar"
    options = ("--skip-non-html", "--errors-only", "--format", "json", "--stdout")
    command = [java(), "-Xss4m", "-jar", str(jar), *options, "--exit-zero-always", str(site)]
    done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    return [
        f"{Path(found['url'].removeprefix('file:')).relative_to(site)}"
        f":{found.get('lastLine', '?')}: {found['message']}"
        for found in json.loads(done.stdout)["messages"]
    ]
