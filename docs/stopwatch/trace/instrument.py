"""Run a hook around a standard-library function without adding a frame.

A wrapper would stand in every traceback, stack dump and debug-mode report that passes through it.
So the function is compiled once more from its own source, at its own file, lines and columns, with
the hooks inside its body: what a program can see of it stays the same.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import inspect
from collections.abc import Callable
from typing import Any

Enter = Callable[..., Any]
Leave = Callable[[Any, Any], None]


def instrument(owner: type, name: str, *, enter: Enter, leave: Leave) -> None:
    """Call ``enter(*arguments)`` before the body of a method and ``leave(token, result)`` after.

    ``token`` is what ``enter`` returned; ``result`` is None when the method raised. Where the
    source isn't at hand, an ordinary wrapper does the same at the cost of a visible frame.
    """
    function = owner.__dict__[name]
    try:
        replacement = _with_hooks(function, enter, leave)
    except (OSError, SyntaxError):
        replacement = _wrap(function, enter, leave)
    setattr(owner, name, replacement)


def prepare(*methods: tuple[type, str]) -> None:
    """Compile methods ahead of time, so that ``instrument`` is quick in every fork from here."""
    for owner, name in methods:
        with contextlib.suppress(OSError, SyntaxError):
            _compiled(owner.__dict__[name])


def _with_hooks(function: Any, enter: Enter, leave: Leave) -> Any:
    code = _compiled(function)
    owner, hook = _owner(function), _hook(function)
    module: dict[str, Any] = function.__globals__
    namespace: dict[str, Any] = {}
    module[f"{hook}_enter"], module[f"{hook}_leave"] = enter, leave
    exec(code, module, namespace)
    return namespace[owner].__dict__[function.__name__]


@functools.cache
def _compiled(function: Any) -> Any:
    """Return the code of a class that holds nothing but the method, with the hooks in its body."""
    lines, first = inspect.getsourcelines(function)
    # The class header keeps the indentation, so columns, and name mangling as they were.
    tree = ast.parse(f"class {_owner(function)}:\n" + "".join(lines))
    ast.increment_lineno(tree, first - 2)
    _surround(tree.body[0].body[0], _hook(function))  # type: ignore[attr-defined]
    return compile(tree, function.__code__.co_filename, "exec", dont_inherit=True)


def _owner(function: Any) -> str:
    return str(function.__qualname__.split(".")[-2])


def _hook(function: Any) -> str:
    return f"_hook_{_owner(function).lstrip('_')}_{function.__name__.strip('_')}"


def _surround(definition: ast.FunctionDef, hook: str) -> None:
    """Turn the body into: token = enter(…); try: body finally: leave(token, result)."""
    arguments = [argument.arg for argument in definition.args.args]
    before = f"_token = {hook}_enter({', '.join(arguments)}); _result = None"
    after = f"{hook}_leave(_token, _result)\n_token = _result = None"
    body = [_KeepResult().visit(statement) for statement in definition.body]
    guarded = ast.Try(body=body, handlers=[], orelse=[], finalbody=_at(body[-1], after))
    definition.body = [*_at(body[0], before), ast.copy_location(guarded, body[0])]
    ast.fix_missing_locations(definition)


def _at(place: ast.AST, source: str) -> list[ast.stmt]:
    statements = ast.parse(source).body
    for statement in statements:
        for node in ast.walk(statement):
            ast.copy_location(node, place)
    return statements


class _KeepResult(ast.NodeTransformer):
    """``return x`` → ``return (_result := x)``, but not in functions defined inside."""

    def visit_Return(self, node: ast.Return) -> ast.Return:
        if node.value is not None:
            target = ast.copy_location(ast.Name("_result", ast.Store()), node.value)
            node.value = ast.copy_location(ast.NamedExpr(target, node.value), node.value)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.Lambda:
        return node


def _wrap(function: Any, enter: Enter, leave: Leave) -> Any:
    arguments = function.__code__.co_argcount

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        token, result = enter(*args[:arguments]), None
        try:
            result = function(*args, **kwargs)
            return result
        finally:
            leave(token, result)
            token = result = None

    return wrapper
