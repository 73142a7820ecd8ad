"""The site without a network: one archive to take away, and a worker that keeps what was visited.

Pages opened from disk may fetch nothing, start no workers and know no folders: in the archive links
name files, the search finds its index in a script, and the search's worker is a hidden frame
(docs/theme/js/from_disk.js). Whatever isn't in there is linked to where the site is hosted.
"""

from __future__ import annotations

import hashlib
import json
import os
import posixpath
import re
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

WORKER = "sw.js"
_INDEX = "search/search_index.json"
_LINK = re.compile(r'(<(?:a|link)\b[^>]*? href=")([^"#?:]*)([^":]*")')
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
_BUNDLE = re.compile(r'<script src="([^"]*)assets/javascripts/bundle\.')
_EDIT = re.compile(r'<button\b[^>]* data-sw="edit"[^>]*>.*?</button>', re.DOTALL)
_ONLINE_ONLY = re.compile(r"<!-- online -->.*?<!-- /online -->", re.DOTALL)
_FILES, _OTHERS = "/* FILES */ {}", "/* OTHERS */ []"
_SIZE = "<!-- size -->"

# What needs a network anyway, or only a host needs.
_LEFT_OUT = ("404.html", WORKER, _INDEX, "sitemap.xml", "sitemap.xml.gz", "robots.txt", "llms.txt")
# What a reader's machine keeps ahead of any visit; the rest once it was asked for.
_AHEAD = (".html", ".css", ".js", ".svg", ".json")
_NOT_AHEAD = ("404.html", "traces/", "python/", "js/vendor/", "js/from_disk.js")


@dataclass(frozen=True)
class Published:
    """One language's site, as it was built: its folder, its address, and those inside it.

    ``others`` are the folders of other languages, which have an archive and a worker of their own.
    """

    folder: Path
    address: str
    others: tuple[str, ...] = ()

    def files(self) -> list[str]:
        """Return all its files that a reader may come to need, in order."""
        lunr = _lunr(self._search_config())
        paths = (path for path in self.folder.rglob("*") if path.is_file())
        names = (path.relative_to(self.folder).as_posix() for path in paths)
        return sorted(
            name
            for name in names
            if name.partition("/")[0] not in self.others
            and not name.endswith((".map", ".zip"))
            and ("/lunr/" not in name or name.rpartition("/")[2] in lunr)
        )

    def _search_config(self) -> dict[str, Any]:
        try:
            index = json.loads((self.folder / _INDEX).read_text("utf-8"))
        except FileNotFoundError:
            return {}
        config: dict[str, Any] = index["config"]
        return config


def _lunr(config: dict[str, Any]) -> set[str]:
    """Return the scripts that the search loads for its languages, as its worker does."""
    languages = config.get("lang", ["en"])
    names = {f"lunr.{language}.min.js" for language in languages if language != "en"}
    names |= {"lunr.multi.min.js"} if len(languages) > 1 else set()
    return names | {"lunr.stemmer.support.min.js"} if names else names


# The archive


def write_archive(site: Published, name: str, keep: Path | None = None) -> Path:
    """Write the site's archive into its folder, tell its first page how big it is, and return it.

    ``name`` is that of the archive and of the folder in it. The same site gives the same bytes: the
    last one is kept in the folder ``keep``, and taken from there if nothing has changed.
    """
    target = site.folder / f"{name}.zip"
    files = [
        file
        for file in site.files()
        if file not in _LEFT_OUT and not file.startswith(("python/", "js/vendor/"))
    ]
    made_of = f"{name}-{_digest(site.folder, [*files, _INDEX])}"
    if keep is None:
        _pack(site, files, name, target)
    elif not _take(target, keep, made_of):
        _pack(site, files, name, target)
        _keep(target, keep, name, made_of)
    home = site.folder / "index.html"
    size = f"{target.stat().st_size / 1_000_000:.1f} MB"
    home.write_text(home.read_text("utf-8").replace(_SIZE, size), "utf-8")
    return target


def _digest(folder: Path, files: Iterable[str]) -> str:
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for file in files:
        digest.update(f"{file}\0".encode())
        with suppress(FileNotFoundError):
            digest.update(hashlib.sha256((folder / file).read_bytes()).digest())
    return digest.hexdigest()[:16]


def _take(archive: Path, keep: Path, made_of: str) -> bool:
    """Take an archive from where it is kept, and tell whether it was there and whole."""
    with suppress(OSError):  # Another build may have put its own there.
        for kept in keep.glob(f"{made_of}-*.zip"):
            if kept.name == _kept_name(kept, made_of):
                shutil.copyfile(kept, archive)
                return True
    return False


def _kept_name(archive: Path, made_of: str) -> str:
    return f"{made_of}-{hashlib.sha256(archive.read_bytes()).hexdigest()[:16]}.zip"


def _keep(archive: Path, keep: Path, name: str, made_of: str) -> None:
    """Keep a copy, whole or not at all, instead of older ones. Failing to is no harm."""
    with suppress(OSError):
        keep.mkdir(parents=True, exist_ok=True)
        for old in keep.glob(f"{name}-*.zip"):
            old.unlink()
        place = keep / _kept_name(archive, made_of)
        shutil.copyfile(archive, new := place.with_suffix(f".{os.getpid()}"))
        new.replace(place)


def _pack(site: Published, files: Sequence[str], name: str, target: Path) -> None:
    known = frozenset(files)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            data = (site.folder / file).read_bytes()
            if file.endswith(".html"):
                data = from_disk(data.decode("utf-8"), file, known, site.address).encode()
            _add(archive, f"{name}/{file}", data)
        if (index := site.folder / _INDEX).exists():
            script = f"var __index = {_with_files(index.read_text('utf-8'))}"
            _add(archive, f"{name}/search/search_index.js", script.encode())


def from_disk(html: str, file: str, known: frozenset[str], address: str) -> str:
    """Return a page so that it works from disk, where it is ``file`` among the ``known`` ones."""
    folder = posixpath.dirname(file)

    def follow(link: re.Match[str]) -> str:
        if not link[2] or link[2].startswith("/"):
            return link[0]
        target = posixpath.normpath(posixpath.join(folder, link[2]))
        page = posixpath.normpath(posixpath.join(target, "index.html"))
        if page in known:
            return f"{link[1]}{posixpath.relpath(page, folder or '.')}{link[3]}"
        if target in known:
            return link[0]
        slash = "/" if link[2].endswith("/") else ""
        return f"{link[1]}{urljoin(address, f'{target}{slash}')}{link[3]}"

    # The policy names "self", and browsers don't agree on what that is on a disk.
    html = _POLICY.sub("", html)
    html = _BUNDLE.sub(r'<script src="\1js/from_disk.js"></script>\n      \g<0>', html)
    return _LINK.sub(follow, _ONLINE_ONLY.sub("", _EDIT.sub("", html)))


def _with_files(index: str) -> str:
    """Return the search index with the names of files instead of folders."""
    data = json.loads(index)
    for entry in data["docs"]:
        path, mark, fragment = entry["location"].partition("#")
        if not path or path.endswith("/"):
            entry["location"] = f"{path}index.html{mark}{fragment}"
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, data)


# The worker


def write_worker(site: Published) -> None:
    """Tell the service worker, which the theme has put there, what it keeps ahead of any visit."""
    path = site.folder / WORKER
    files = json.dumps(dict(_kept(site)), ensure_ascii=False, separators=(",", ":"))
    text = path.read_text("utf-8").replace(_FILES, files)
    path.write_text(text.replace(_OTHERS, json.dumps(site.others)), "utf-8")


def _kept(site: Published) -> Iterator[tuple[str, str]]:
    """Yield the address of each file that every page may need, and a hash of what it holds."""
    for file in site.files():
        if file.endswith(_AHEAD) and not file.startswith((*_NOT_AHEAD, WORKER)):
            digest = hashlib.sha256((site.folder / file).read_bytes()).hexdigest()[:8]
            yield re.sub(r"(^|/)index\.html$", r"\1", file), digest
