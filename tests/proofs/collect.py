"""Find the proofs of table cells, and the mutants on which they must fail."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
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
        test = self.test.func if isinstance(self.test, partial) else self.test
        return f"{test.__module__.rpartition('.')[2]}::{test.__name__}[{self.cell}]"


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
            elif mark.name == "parametrize":
                yield from _proofs_of_cases(test, *mark.args)


def _proofs_of_cases(
    test: Callable[..., Any], names: Sequence[str], cases: Iterable[Any]
) -> Iterator[Proof]:
    for case in cases:
        for mark in getattr(case, "marks", ()):
            if mark.name == "proves":
                values = dict(zip(names, case.values, strict=True))
                yield Proof(mark.args[0], mark.kwargs["mutant"], partial(test, **values))
