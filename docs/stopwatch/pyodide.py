"""Python for the browser: fetched once, checked against a hash kept here, published with the site.

It is Pyodide's npm package, and beside it the machinery that runs in it. Where the package can't be
had, the site is built without "run here", and nothing else is different.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

VERSION = "314.0.7"
PYTHON = (3, 14, 2)
_SHA512 = "0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A=="
# Its licence and where its source is stand in package.json.
_SCRIPTS = ("package.json", "pyodide.mjs", "pyodide.asm.mjs")
_LOADED = ("pyodide.asm.wasm", "python_stdlib.zip")
_LOCK = "pyodide-lock.json"
_MODULES = ("__init__", "card", "chrome", "model", "packed", "privacy", "words", "worker")
_PACKAGES = ("timeline", "trace")
_TIMEOUT = 20  # s
HOME = f"python/{VERSION}/"  # where the site publishes it


class PyodideError(Exception):
    """Pyodide can't be had; the message says why."""


@dataclass(frozen=True)
class Pyodide:
    """The package, checked: the files to publish, by their addresses below the site's root."""

    files: dict[str, bytes]

    @property
    def size(self) -> int:
        """How many bytes a browser fetches for it."""
        return sum(map(len, self.files.values()))

    @property
    def loaded(self) -> int:
        """How many of these it can watch arriving: scripts are loaded out of its sight."""
        return sum(len(data) for name, data in self.files.items() if not name.endswith(".mjs"))


def fetch(root: Path) -> None:
    """Put the package into the cache unless it is there. Raises PyodideError."""
    path = _place(root)
    if path.is_file() and _is_right(path.read_bytes()):
        return
    address = f"{_registry()}/pyodide/-/pyodide-{VERSION}.tgz"
    try:
        with urllib.request.urlopen(address, timeout=_TIMEOUT) as response:  # noqa: S310 (npm's)
            data = response.read()
    except (OSError, ValueError) as error:
        raise PyodideError(f"the npm registry did not give it: {error}") from error
    if not _is_right(data):
        raise PyodideError(f"what the npm registry gave has another hash than {VERSION} must have")
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}")
    part.write_bytes(data)
    part.replace(path)


def load(root: Path) -> Pyodide | None:
    """Return the package, with the machinery that runs in it, if the cache holds it."""
    path = _place(root)
    data = path.read_bytes() if path.is_file() else b""
    if not _is_right(data):
        return None
    files = {f"{HOME}{name}": content for name, content in _unpack(data)}
    name, text = sources()
    return Pyodide({**files, name: text.encode()})


def _place(root: Path) -> Path:
    return root / ".cache" / f"pyodide-{VERSION}.tgz"


def _is_right(data: bytes) -> bool:
    return base64.b64encode(hashlib.sha512(data).digest()).decode() == _SHA512


def _registry() -> str:
    """Return the registry that npm would ask."""
    for name in ("npm_config_registry", "NPM_CONFIG_REGISTRY"):
        if found := os.environ.get(name):
            return found.rstrip("/")
    if npm := shutil.which("npm"):
        command = [npm, "config", "get", "registry"]
        told = subprocess.run(command, capture_output=True, text=True, check=False)
        if told.stdout.startswith("http"):
            return told.stdout.strip().rstrip("/")
    return "https://registry.npmjs.org"


def _unpack(data: bytes) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(data)) as package:
        for name in (*_SCRIPTS, *_LOADED):
            yield name, _member(package, name)
        # The lock lists hundreds of packages, none of which is here.
        info = json.loads(_member(package, _LOCK))["info"]
        yield _LOCK, json.dumps({"info": info, "packages": {}}).encode()


def _member(package: tarfile.TarFile, name: str) -> bytes:
    member = package.extractfile(f"package/{name}")
    assert member is not None
    return member.read()


# The machinery


@cache
def sources() -> tuple[str, str]:
    """Return address and text of the file with the part of the machinery that runs in it."""
    folder = Path(__file__).parent
    paths = [folder / f"{name}.py" for name in _MODULES]
    for package in _PACKAGES:
        paths += sorted((folder / package).glob("*.py"))
    files = {path.relative_to(folder.parent).as_posix(): path.read_text("utf-8") for path in paths}
    text = json.dumps(files, ensure_ascii=False, separators=(",", ":"))
    # A browser that has kept an older one doesn't take it for this one.
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return f"python/stopwatch-{digest}.json", text
