"""Tools that are no Python: fetched with npm when first wanted, pinned, kept in .cache/."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.small_site import ROOT

VERSIONS = {
    "vnu-jar": "26.9.27",  # the HTML checker of the W3C
    "lighthouse": "13.5.0",
}
_INSTALL = "apt-get install npm default-jre-headless"


def tool(name: str) -> Path:
    """Return the folder of an npm package. Raises OSError when npm is missing or gets none."""
    version = VERSIONS[name]
    place = ROOT / ".cache" / "tools" / f"{name}-{version}"
    if not place.exists():
        npm = shutil.which("npm")
        if npm is None:
            raise FileNotFoundError(f"{name} comes with npm: {_INSTALL}")
        place.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=place.parent) as folder:
            options = ("--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit")
            command = [npm, "install", "--silent", *options, "--no-fund", f"{name}@{version}"]
            done = subprocess.run([*command, "--prefix", folder], check=False)
            if done.returncode:
                raise OSError(f"npm could not install {name} {version}")
            Path(folder).rename(place)
            Path(folder).mkdir()
    return place / "node_modules" / name


def java() -> str:
    """Return the command of a Java. Raises FileNotFoundError where there is none."""
    found = shutil.which("java")
    if found is None:
        raise FileNotFoundError(f"no Java: {_INSTALL}")
    return found


def unavailable(error: OSError) -> None:
    """Skip the test, or fail it in CI, where everything is to be had."""
    if os.environ.get("CI"):
        pytest.fail(str(error))
    pytest.skip(str(error))
