"""`if not rows: return 1`, `if len(rows) < 50: sys.exit(0)`: branches in which a script ends for want of rows. Where it
has ended so before anything was trained, another attempt goes on past the last one that it took."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from ..frames import Spot
from .demands import exits

LEFT = "__lora_lint_left__"
STAYED = "there are too few of the made-up rows: taken to go on"


class Leaving:
    """What the tests of such branches came to. `waived` are those to go on past."""

    def __init__(self, waived: Iterable[Spot], say: Callable[[Spot, str], None]) -> None:
        self._waived = set(waived)
        self._say = say
        self._asked: Counter[Spot] = Counter()
        self._taken: list[Spot] = []

    @property
    def last(self) -> Spot | None:
        """The branch that was taken last; none that is come by again and again, as in a function for one row."""
        return next((spot for spot in reversed(self._taken) if self._asked[spot] == 1), None)

    def left(self, found: Any, row: int, column: int) -> Any:
        """The outcome of such a test at a place of the script's."""
        spot = (sys._getframe(1).f_code.co_filename, row, column)
        if spot in self._waived:
            if found:
                self._say(spot, STAYED)
            return False
        self._asked[spot] += 1
        if found and self._asked[spot] == 1:
            self._taken.append(spot)
        return found


def leaves(branch: ast.If) -> bool:
    """Does a function, or the script, end where this branch is taken, and goes on with nothing in its place?"""
    last = branch.body[-1]
    if branch.orelse or not _counts(branch.test):
        return False
    if isinstance(last, ast.Return):
        return last.value is None or isinstance(last.value, ast.Constant)
    return exits(last)


def _counts(test: ast.expr) -> bool:
    """Does it ask whether there is anything in something, or how much: `not rows`, `len(rows) < 50`, `frame.empty`?"""
    if isinstance(test, ast.BoolOp):
        return any(map(_counts, test.values))
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return isinstance(test.operand, (ast.Name, ast.Attribute)) or _counts(test.operand)
    if isinstance(test, ast.Compare):
        return any(isinstance(n, ast.Call) and getattr(n.func, "id", "") == "len" for n in ast.walk(test))
    if isinstance(test, ast.Call):
        return getattr(test.func, "id", "") in ("len", "any", "all")
    return isinstance(test, ast.Attribute) and test.attr == "empty"


def asking(test: ast.expr, where: ast.expr, whom: str = LEFT) -> ast.expr:
    """A test whose outcome is asked for; it stands `where` another one stood in the script."""
    spot = [ast.Constant(where.lineno), ast.Constant(where.col_offset)]
    return ast.Call(ast.Name(whom, ast.Load()), [test, *spot], [])
