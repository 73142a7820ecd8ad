"""Record, show and prove runs of Python programs.

Pages import ``show``, ``compare``, ``listing``, ``measure`` and ``table`` from here. They are
loaded when first asked for, so that the tracer inside a program brings nothing else along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stopwatch.embed import compare, listing, measure, show, table

__all__ = ["compare", "listing", "measure", "show", "table"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'stopwatch' has no attribute {name!r}")
    from stopwatch import embed

    return getattr(embed, name)
