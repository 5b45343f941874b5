"""Words of a command line that a script takes by their place: `sys.argv[1]`."""

from __future__ import annotations

import ast
import inspect
import sys

from ....context import Run
from ..learning import Learned, conditions, own_frames, statement

MOST_WORDS = 8
COUNTED = "len(sys.argv)"


def missing(run: Run, error: BaseException) -> Learned | None:
    """One more, where the script reads it in vain."""
    found = statement(run, error)
    if not isinstance(error, IndexError) or found is None or run.spec.argv is not None:
        return None
    so_far = run.spec.learned.get("words", [])
    name = _taker(found, len(run.met.words) + 1)
    return {"words": [*so_far, name]} if name is not None and len(so_far) < MOST_WORDS else None


def counted(run: Run, error: BaseException) -> Learned | None:
    """As many as the script asks for, where it ends itself over their number: `if len(sys.argv) != 4: sys.exit(1)`."""
    if run.spec.argv is not None or run.spec.learned.get("words") or run.met.words:
        return None
    tests = [n for test in conditions(run, error) for n in ast.walk(test) if isinstance(n, ast.Compare)]
    counts = [_count(test) for test in tests if ast.unparse(test.left) == COUNTED]
    count = min(max((n for n in counts if n is not None), default=0), MOST_WORDS + 1)
    own = [f.f_code.co_filename for f in own_frames(run, error)]
    if count < 2 or not own:
        return None
    with open(own[-1], "rb") as file:
        lines = [n for n in ast.walk(ast.parse(file.read())) if isinstance(n, (ast.Assign, ast.Expr, ast.Return))]
    takers = [[_taker(line, place) for line in lines] for place in range(1, count)]
    return {"words": [next(filter(None, names), "argument") for names in takers]}


def _count(test: ast.Compare) -> int | None:
    """How many words there have to be, the script's own name among them, so that a test does not hold."""
    told = [n.value for n in ast.walk(test.comparators[0]) if isinstance(n, ast.Constant) and type(n.value) is int]
    beyond = isinstance(test.ops[0], (ast.Eq, ast.LtE))  # `== 1`, `<= 1`
    return min(told) + beyond if told else None


def _taker(found: ast.stmt, place: int) -> str | None:
    """What the script calls a word of its command line: the variable or the parameter that takes it."""
    for node in ast.walk(found):
        if isinstance(node, ast.expr) and ast.unparse(node) == f"sys.argv[{place}]":
            if isinstance(found, ast.Assign) and isinstance(found.targets[0], ast.Name):
                return found.targets[0].id
            call = next((c for c in ast.walk(found) if isinstance(c, ast.Call) and node in c.args), None)
            own = vars(sys.modules["__main__"]).get(ast.unparse(call.func)) if call is not None else None
            if call is not None and inspect.isfunction(own):
                return [*inspect.signature(own).parameters, "argument"][call.args.index(node)]
            return "argument"
    return None
