"""`assert accuracy > 0.75`, `if loss > 2: raise ...`: what a script demands of a score. A small model on made-up rows
learns next to nothing: another attempt takes such a demand for met, once something was trained."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable
from numbers import Integral, Real
from typing import Any

from ..frames import Spot
from . import placed
from .scores import BY_NAME, ORDERS, each_part

DEMANDED = "__lora_lint_demanded__"
TOLERANCE = 0.01  # what has to be less than this is a difference, which a small model keeps, too
MET = "taken for met: a small model on made-up rows learns little"
ENDING = {"exit", "_exit", "quit"}


class Demands:
    """What the script's demands came to. `waived` are those to take for met; `trained` tells whether anything was."""

    def __init__(self, waived: Iterable[Spot], trained: Callable[[], bool], say: Callable[[Spot, str], None]) -> None:
        self._waived = set(waived)
        self._trained, self._say = trained, say
        self._said: set[Spot] = set()
        self.failed: list[Spot] = []  # by scores

    def demanded(self, left: Any, order: str, right: Any, wanted: bool, row: int, place: int) -> Any:
        """The outcome of a comparison at a row of the script's, of which `wanted` lets it go on."""
        found = BY_NAME[order](left, right)
        if not (_is_score(left) or _is_score(right)) or _is_tolerance(order, right) or bool(found) == wanted:
            return found
        spot = (sys._getframe(1).f_code.co_filename, row, place)
        if not self._trained():
            return found
        if spot not in self._waived:
            self.failed.append(spot)
            return found
        if spot not in self._said:
            self._said.add(spot)
            self._say(spot, MET)
        return wanted


def _is_score(value: Any) -> bool:
    """A number with a fraction, be it Python's, numpy's or a tensor of one."""
    if getattr(value, "is_floating_point", None) is not None:
        return bool(value.is_floating_point()) and value.numel() == 1
    return isinstance(value, Real) and not isinstance(value, Integral)


def _is_tolerance(order: str, right: Any) -> bool:
    return order in ("Lt", "LtE") and _is_score(right) and float(right) < TOLERANCE


def asking(test: ast.expr, row: int, *, wanted: bool) -> ast.expr:
    """A test with a call in the place of each comparison by size, or of devices, that it joins."""
    return each_part(test, lambda part, place: _call(placed.asking(part, wanted=wanted), row, place, wanted))


def _call(test: ast.expr, row: int, place: int, wanted: bool) -> ast.expr:
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or type(test.ops[0]) not in ORDERS:
        return test
    told = (type(test.ops[0]).__name__, wanted, row, place)
    order, *others = [ast.Constant(value) for value in told]
    return ast.Call(ast.Name(DEMANDED, ast.Load()), [test.left, order, test.comparators[0], *others], [])


def ends(branch: ast.If) -> bool:
    """Does the script end where this branch is taken: `raise`, `sys.exit(...)`?"""
    return isinstance(branch.body[-1], ast.Raise) or exits(branch.body[-1])


def exits(statement: ast.stmt) -> bool:
    """Is it a call that ends the script?"""
    call = statement.value if isinstance(statement, ast.Expr) else None
    func = call.func if isinstance(call, ast.Call) else None
    name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
    return name in ENDING
