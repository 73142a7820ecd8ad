"""Each page's Content-Security-Policy allows its own scripts and nothing else."""

from __future__ import annotations

import base64
import hashlib

import pytest

from stopwatch.policy import PolicyError, with_policy


def page(body: str) -> str:
    """Return a small page with that body."""
    return f"<!doctype html><html><head><title>x</title></head><body>{body}</body></html>"


def policy(html: str) -> dict[str, str]:
    """Return the rules of a page's policy by directive."""
    content = html.split('content="', 1)[1].split('"', 1)[0]
    return dict(rule.strip().split(" ", 1) for rule in content.split(";"))


def test_inline_scripts_are_allowed_by_their_hash_alone() -> None:
    """No unsafe-inline, no unsafe-eval: a script of the page runs because of what it says."""
    rules = policy(with_policy(page("<script>go()</script><script src='js/x.js'></script>")))
    digest = base64.b64encode(hashlib.sha256(b"go()").digest()).decode()
    assert rules["script-src"] == f"'self' 'sha256-{digest}'"
    assert rules["default-src"] == "'none'"


def test_data_in_script_elements_needs_no_hash() -> None:
    """JSON that a page carries is no script."""
    rules = policy(with_policy(page('<script type="application/json">{"a":1}</script>')))
    assert rules["script-src"] == "'self'"


def test_python_needs_webassembly() -> None:
    """Only pages that run Python may compile WebAssembly."""
    assert "wasm-unsafe-eval" in policy(with_policy(page(""), runs_python=True))["script-src"]
    assert "wasm" not in policy(with_policy(page("")))["script-src"]


def test_the_policy_comes_first() -> None:
    """Whatever the head loads is under the policy."""
    html = with_policy(page(""))
    assert html.index("Content-Security-Policy") < html.index("<title>")


def test_an_inline_handler_is_refused() -> None:
    """A handler that could never run is the author's mistake, said aloud."""
    with pytest.raises(PolicyError, match="onclick"):
        with_policy(page('<button onclick="go()">go</button>'))


def test_a_page_without_a_head_is_refused() -> None:
    """Nowhere to put it: better an error than a page without a policy."""
    with pytest.raises(PolicyError, match="head"):
        with_policy("<p>hello</p>")
