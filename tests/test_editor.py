"""The code editor is committed built: its licences lie beside it, and no registry's address."""

from __future__ import annotations

import json
import re

from tests.conftest import ROOT

SOURCE = ROOT / ".ci/editor"
BUILT = ROOT / "docs/theme/js/vendor"


def test_every_package_in_it_has_its_licence_there() -> None:
    """With the version that is pinned, and none is missing."""
    pinned = json.loads((SOURCE / "package.json").read_text("utf-8"))["dependencies"]
    del pinned["esbuild"]  # It makes the bundle and isn't in it.
    licences = (BUILT / "editor.LICENSE.txt").read_text("utf-8")
    named = dict(re.findall(r"^(@?[\w/-]+) (\d+\.\d+\.\d+)$", licences, re.MULTILINE))
    assert named == pinned
    assert licences.count("Permission is hereby granted, free of charge") == len(pinned)


def test_nothing_says_where_it_came_from() -> None:
    """No lock file, no registry: only what was built, and what builds it."""
    assert {path.name for path in SOURCE.iterdir()} == {"build", "editor.js", "package.json"}
    for path in (*SOURCE.iterdir(), *BUILT.iterdir()):
        addresses = set(re.findall(r"https?://[\w.-]+", path.read_text("utf-8")))
        assert addresses <= {"http://www.w3.org"}, path.name


def test_it_needs_no_eval() -> None:
    """The pages' policy would not let it."""
    script = (BUILT / "editor.js").read_text("utf-8")
    assert not re.search(r"\beval\(|new Function\(", script)
