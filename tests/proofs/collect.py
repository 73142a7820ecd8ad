"""Find the proofs of table cells, and the mutants on which they must fail."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import tests.proofs


@dataclass(frozen=True)
class Proof:
    """A test that proves a cell, and a change to a program that must make it fail.

    ``mutant`` is (snippet's name, text in it, what stands there instead).
    """

    cell: str
    mutant: tuple[str, str, str]
    test: Callable[..., Any]

    @property
    def name(self) -> str:
        """The test's name, with its module's."""
        return f"{self.test.__module__.rpartition('.')[2]}::{self.test.__name__}"


def all_proofs() -> list[Proof]:
    """Return every test under tests/proofs that is marked ``proves``, once per cell it proves."""
    return [proof for module in _modules() for proof in _proofs_in(module)]


def _modules() -> Iterator[Any]:
    for module in pkgutil.iter_modules(tests.proofs.__path__):
        if module.name.startswith("test_"):
            yield importlib.import_module(f"tests.proofs.{module.name}")


def _proofs_in(module: Any) -> Iterator[Proof]:
    for _, test in inspect.getmembers(module, inspect.isfunction):
        for mark in getattr(test, "pytestmark", ()):
            if mark.name == "proves":
                yield Proof(mark.args[0], mark.kwargs["mutant"], test)
