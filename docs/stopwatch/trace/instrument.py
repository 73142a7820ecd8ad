"""Run a hook around a standard-library function without adding a frame.

A wrapper would stand in every traceback, stack dump and debug-mode report that passes through it.
So the function is compiled once more from its own source, at its own file, lines and columns, with
the hooks inside its body: what a program can see of it stays the same.
"""

from __future__ import annotations

import ast
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
        lines, first = inspect.getsourcelines(function)
        replacement = _recompile(function, lines, first, enter, leave)
    except (OSError, SyntaxError):
        replacement = _wrap(function, enter, leave)
    setattr(owner, name, replacement)


def _recompile(function: Any, lines: list[str], first: int, enter: Enter, leave: Leave) -> Any:
    # The class header keeps the indentation, so columns, and name mangling as they were.
    owner = function.__qualname__.split(".")[-2]
    tree = ast.parse(f"class {owner}:\n" + "".join(lines))
    ast.increment_lineno(tree, first - 2)
    definition = tree.body[0].body[0]  # type: ignore[attr-defined]
    hook = f"_hook_{owner.lstrip('_')}_{function.__name__.strip('_')}"
    _surround(definition, hook)
    code = compile(tree, function.__code__.co_filename, "exec", dont_inherit=True)
    namespace: dict[str, Any] = {}
    module = function.__globals__
    module[f"{hook}_enter"], module[f"{hook}_leave"] = enter, leave
    exec(code, module, namespace)
    replacement = namespace[owner].__dict__[function.__name__]
    return functools.update_wrapper(replacement, function, updated=()) and _bare(replacement)


def _bare(function: Any) -> Any:
    del function.__wrapped__
    return function


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
