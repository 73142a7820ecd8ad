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
from dataclasses import dataclass
from functools import cache
from pathlib import Path

VERSION = "314.0.7"
PYTHON = (3, 14, 2)
HOME = f"python/{VERSION}/"  # where the site publishes it
# Of the package, as npm says it; and of its files, for those that wait in the cache. Its licence,
# and where its source is, stand in package.json.
_SHA512 = "0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A=="
_SHA256 = {
    "package.json": "40ca48e43ce4ddc68412d5b7a7ca9e2477cd4f0e672277ae468ac2245717079b",
    "pyodide-lock.json": "5dc2fc119108bc148c7457dc86e7675b5c87e1cafd420b9c34c1eaef7b36c010",
    "pyodide.asm.mjs": "f7cdc8ece80678ceb712f8e65ebe6d3a83203a180c399865f49612a051693635",
    "pyodide.asm.wasm": "cc36e3cab04fdfc9a63ff13eb52eae2b911bf46c025cc7b281f394bd3de1d5e6",
    "pyodide.mjs": "6f1d60f7bf529beb300f0f47983c921d3982363640ba20af0e38efdddbc66109",
    "python_stdlib.zip": "fa1957e5777068fc4f7437f96d860ae2fbe9c19732ba06c84e004ec16dd7dd7a",
}
_LOCK = "pyodide-lock.json"
_MODULES = ("__init__", "card", "chrome", "model", "packed", "privacy", "words", "worker")
_PACKAGES = ("timeline", "trace")
_TIMEOUT = 10  # s


class PyodideError(Exception):
    """Pyodide can't be had; the message says why."""


@dataclass(frozen=True)
class Pyodide:
    """What the site publishes: files, and texts, by their addresses below its root."""

    files: dict[str, Path]
    texts: dict[str, str]

    @property
    def size(self) -> int:
        """How many bytes a browser fetches for it."""
        return sum(self._sizes().values())

    @property
    def watched(self) -> int:
        """How many of these it can see arriving: scripts are loaded out of its sight."""
        return sum(size for name, size in self._sizes().items() if not name.endswith(".mjs"))

    def _sizes(self) -> dict[str, int]:
        files = {name: path.stat().st_size for name, path in self.files.items()}
        return files | {name: len(text.encode()) for name, text in self.texts.items()}


def fetch(root: Path) -> None:
    """Have the package's files in the cache. Raises PyodideError."""
    folder = _folder(root)
    damaged = [name for name, digest in _SHA256.items() if _sha256(folder / name) != digest]
    if not damaged:
        return
    for name in damaged:
        (folder / name).unlink(missing_ok=True)
    data = _download(f"{_registry()}/pyodide/-/pyodide-{VERSION}.tgz")
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(data)) as package:
        for member in package:
            name = member.name.removeprefix("package/")
            if name in _SHA256 and (content := package.extractfile(member)):
                part = folder / f"{name}.{os.getpid()}"
                part.write_bytes(content.read())
                part.replace(folder / name)


def _download(address: str) -> bytes:
    try:
        with urllib.request.urlopen(address, timeout=_TIMEOUT) as response:  # noqa: S310 (npm's)
            data: bytes = response.read()
    except (OSError, ValueError) as error:
        raise PyodideError(f"the npm registry did not give it: {error}") from error
    if base64.b64encode(hashlib.sha512(data).digest()).decode() != _SHA512:
        raise PyodideError("what the npm registry gave has another hash than it must have")
    return data


def load(root: Path) -> Pyodide | None:
    """Return what to publish, if ``fetch`` has put it into the cache."""
    paths = {name: _folder(root) / name for name in _SHA256}
    if not all(path.is_file() for path in paths.values()):
        return None
    # The lock lists hundreds of packages, none of which is here.
    info = json.loads(paths.pop(_LOCK).read_text("utf-8"))["info"]
    address, text = sources()
    return Pyodide(
        {f"{HOME}{name}": path for name, path in paths.items()},
        {f"{HOME}{_LOCK}": json.dumps({"info": info, "packages": {}}), address: text},
    )


def _folder(root: Path) -> Path:
    return root / ".cache" / f"pyodide-{VERSION}"


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


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
