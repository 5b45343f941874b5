"""Variables of the environment that a script asks for softly, and does not do without: `os.environ.get("CORPUS")`."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator

from ...context import Run
from .learning import Learned, conditions, frames, not_known_names, statement, statements_in

ENDS = (SystemExit, ValueError, KeyError, RuntimeError, OSError, AssertionError, TypeError, AttributeError)
ASKING = ("getenv", "os.getenv", "environ.get", "os.environ.get")
HOLDERS = ("environ", "os.environ")


def variables(run: Run, error: BaseException) -> Learned | None:
    """Those that nobody has set, and whose lack the script ends itself over, or works with at the line that failed."""
    found = statement(run, error)
    if not isinstance(error, ENDS) or found is None or run.met.trained:
        return None
    unset = isinstance(error, (TypeError, AttributeError))
    if unset and "NoneType" not in str(error):
        return None
    if not unset and not isinstance(found, (ast.Raise, ast.Assert, ast.Expr)):
        return None
    tests: list[ast.AST] = [*conditions(run, error), found]
    own = [f.f_code.co_filename for f in frames(error) if run.code.owns(f.f_code.co_filename)]
    named = dict(_bound(statements_in(own[-1]))) if own else {}
    asked = [name for test in tests for name in _asked(test, named)]
    return not_known_names(run, "variables", [name for name in asked if name not in os.environ])


def _asked(test: ast.AST, named: dict[str, str]) -> Iterator[str]:
    for node in ast.walk(test):
        if isinstance(node, ast.Name) and node.id in named:
            yield named[node.id]
        elif isinstance(node, ast.expr) and (name := _variable(node)):
            yield name
        elif isinstance(node, ast.Compare) and any(ast.unparse(part) in HOLDERS for part in node.comparators):
            if isinstance(node.left, ast.Constant) and isinstance(node.left.value, str):
                yield node.left.value


def _bound(statements: Iterable[ast.stmt]) -> Iterator[tuple[str, str]]:
    """The names that hold such a variable, or a path that is made of it."""
    for found in statements:
        if isinstance(found, ast.Assign) and isinstance(found.targets[0], ast.Name):
            names = [name for node in ast.walk(found.value) if isinstance(node, ast.expr) and (name := _variable(node))]
            if len(names) == 1:
                yield found.targets[0].id, names[0]


def _variable(node: ast.expr) -> str:
    """What `os.environ.get("CORPUS")` asks for; nothing where it says what to take instead."""
    if not isinstance(node, ast.Call) or ast.unparse(node.func) not in ASKING or not node.args:
        return ""
    given = [*node.args[1:], *(k.value for k in node.keywords)]
    instead = any(not (isinstance(value, ast.Constant) and not value.value) for value in given)
    name = node.args[0].value if isinstance(node.args[0], ast.Constant) else ""
    return name if isinstance(name, str) and not instead else ""
