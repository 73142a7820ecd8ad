"""A dry run of what publishes the site: the workflow's own steps, for an address with a path."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from mkdocs.utils.yaml import yaml_load

from tests.conftest import ROOT
from tests.whole_site import SITE_URL

pytestmark = [pytest.mark.slow, pytest.mark.kept("docs/en", "docs/zh", "snippets", ".ci/smoke.py")]

SOURCES = (".ci", "docs", "snippets", "tests", "mkdocs.yml", "pyproject.toml", "README.md")
# What the host answers, as far as the steps ask for it.
CONTEXT = {
    "steps.pages.outputs.base_url": SITE_URL.removesuffix("/"),
    "github.server_url": "https://code.example.net",
    "github.repository": "somebody/async-measured",
    "github.sha": "c0ffee" + "0" * 34,
}
DONE_BY_THE_HOST = ("checkout", "configure-pages", "setup-uv", "upload-pages-artifact")
# This machine need not have every Python; the host takes the newest.
HERE = {"ALL_RUNS": ""}


def steps() -> list[dict[str, Any]]:
    """Return the steps of the job that builds what is published."""
    with (ROOT / ".github/workflows/ci.yml").open("rb") as file:
        workflow = yaml_load(file)
    found: list[dict[str, Any]] = workflow["jobs"]["site"]["steps"]
    return found


def filled_in(text: str) -> str:
    """Return a text of the workflow with what the host would put into it."""
    return re.sub(r"\$\{\{ *([\w.]+) *\}\}", lambda found: CONTEXT[found[1]], text)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is in the repository; runs that are known need not run again."""
    folder = tmp_path_factory.mktemp("checkout")
    leave_out = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=leave_out)
        else:
            shutil.copy(ROOT / name, folder / name)
    (folder / ".cache").symlink_to(ROOT / ".cache")
    return folder


def test_what_is_published_works_below_its_path(checkout: Path) -> None:
    """Each step that the host runs passes here, the look at the result included."""
    if shutil.which("uv") is None:
        pytest.skip("no uv: pip install uv")
    environment = {
        **os.environ,
        "GITHUB_ENV": str(checkout / "env"),
        "UV_NO_SYNC": "1",
        "UV_PROJECT_ENVIRONMENT": sys.prefix,
        "PYTHONPATH": str(checkout / "docs"),
    }
    ran = []
    for step in steps():
        if "run" not in step:
            assert step["uses"].split("/")[1].split("@")[0] in DONE_BY_THE_HOST
            continue
        settings = {name: filled_in(value) for name, value in step.get("env", {}).items()}
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", filled_in(step["run"])],
            cwd=checkout,
            env={**environment, **settings, **{k: v for k, v in HERE.items() if k in settings}},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, f"{step['run']}\n{done.stdout}"
        ran.append(step["run"])
    assert any("mkdocs build --strict" in command for command in ran)
    assert any(".ci/smoke.py" in command for command in ran)


def test_a_site_for_another_address_would_not_pass(whole_site: Path) -> None:
    """The look at the result finds what only the real address breaks."""
    command = [sys.executable, ".ci/smoke.py", str(whole_site), "https://example.org/elsewhere/"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    for part in (
        "canonical",
        "alternate zh",
        "sitemap.xml",
        "outside of /elsewhere/",
        "css is 404",
    ):
        assert part in done.stdout


def test_the_upload_is_what_was_looked_at() -> None:
    """The folder that is built, looked at and uploaded is one and the same."""
    upload = next(step for step in steps() if "upload-pages-artifact" in step.get("uses", ""))
    look = next(step["run"] for step in steps() if "smoke.py" in step.get("run", ""))
    assert upload["with"]["path"] == "site"
    assert look.split()[3] == "site"
