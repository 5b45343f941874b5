"""The paths for which the test asks that a script ends itself over: `if not folder.exists(): raise ...`."""

from __future__ import annotations

import ast
import os
import re

from ....context import Run
from ..learning import conditions, held_by, named_in, statement, values_of

ASKS = re.compile(r"\b(exists|isfile|isdir|is_file|is_dir)\(")


def asked_there(run: Run, error: BaseException) -> list[str]:
    """Those that were looked for in vain; of `there = os.path.exists(path)` and `if not there: raise ...`, too."""
    held, failed = held_by(run, error), statement(run, error)
    if not isinstance(failed, (ast.Raise, ast.Assert, ast.Expr)):
        return []
    tests: list[ast.AST] = [*conditions(run, error), *([failed.test] if isinstance(failed, ast.Assert) else [])]
    tests += values_of(run, error, named_in(*tests))
    asking = [n for test in tests for n in ast.walk(test) if isinstance(n, ast.Call) and ASKS.search(ast.unparse(n))]
    paths = {os.fspath(held[n]) for n in named_in(*asking) if isinstance(held.get(n), (str, os.PathLike))}
    paths |= {n.value for call in asking for n in call.args if isinstance(n, ast.Constant)}
    return [p for p in dict.fromkeys(run.met.looked_for) if p in paths]
