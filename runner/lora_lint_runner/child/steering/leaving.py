"""`if not rows: return 1`, `if len(rows) < 50: sys.exit(0)`: branches in which a script ends for want of rows. Where it
has ended so before anything was trained, another attempt goes on past the last one that it took."""

from __future__ import annotations

import ast

from ..frames import Spot
from .branches import Branches
from .demands import exits

LEFT = "__lora_lint_left__"


class Leaving(Branches):
    """Those that end a function or the script."""

    SAID = "there are too few of the made-up rows: taken to go on"

    @property
    def last(self) -> Spot | None:
        """The branch that was taken last; none that is come by again and again, as in a function for one row."""
        once = [spot for spot, times in self._taken.items() if times == self._asked[spot] == 1]
        return once[-1] if once else None


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
