"""A Content-Security-Policy for each page: its own scripts run, and nothing comes from outside.

The site is static files on any host, so the policy is a ``<meta>`` in the page. Scripts that the
theme writes into the page are allowed by their hashes, which are computed from the finished page.
"""

from __future__ import annotations

import base64
import hashlib
import re
from html import escape

_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
_NOT_RUN = re.compile(
    r"""type\s*=\s*["']?(?:application/(?:ld\+)?json|text/plain)""", re.IGNORECASE
)


class PolicyError(Exception):
    """A page that no policy can be given to; the message says why."""


def with_policy(html: str, *, runs_python: bool = False) -> str:
    """Return the page with its policy as the first thing in its head.

    ``runs_python`` allows WebAssembly, which Pyodide needs. Raises PolicyError when the page has an
    inline event handler, which no hash allows, or no head.
    """
    if handler := _inline_handler(html):
        raise PolicyError(
            f"an inline event handler ({handler}) would not run; use addEventListener"
        )
    head = _HEAD.search(html)
    if head is None:
        raise PolicyError("it has no <head>")
    rules = _policy(html, runs_python=runs_python)
    meta = f'<meta http-equiv="Content-Security-Policy" content="{rules}">'
    return f"{html[: head.end()]}{meta}{html[head.end() :]}"


def _policy(html: str, *, runs_python: bool) -> str:
    hashes = " ".join(sorted({_hash(body) for body in _inline_scripts(html)}))
    wasm = " 'wasm-unsafe-eval'" if runs_python else ""
    rules = (
        "default-src 'none'",
        f"script-src 'self'{wasm} {hashes}".strip(),
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "manifest-src 'self'",
        "base-uri 'self'",
        "form-action 'none'",
    )
    return escape("; ".join(rules)).replace("&#x27;", "'")


def _inline_scripts(html: str) -> list[str]:
    return [
        body
        for attributes, body in _SCRIPT.findall(html)
        if body and "src=" not in attributes.lower() and not _NOT_RUN.search(attributes)
    ]


def _hash(body: str) -> str:
    digest = base64.b64encode(hashlib.sha256(body.encode("utf-8")).digest()).decode()
    return f"'sha256-{digest}'"


def _inline_handler(html: str) -> str | None:
    match = re.search(r"<[a-z][^<>]*\s(on[a-z]+)\s*=\s*[\"']", _SCRIPT.sub("", html), re.IGNORECASE)
    return match[1] if match else None
