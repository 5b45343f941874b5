"""`if score > best:` around a save. Scores of a small model on made-up rows may stay at nought, where real ones grow:
then another attempt takes such a branch once, after the training."""

from __future__ import annotations

import ast
import math
import operator
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import TypeGuard

GREW = "__lora_lint_grew__"
ORDERS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Lt: operator.lt, ast.LtE: operator.le,
}  # fmt: skip
BY_NAME = {order.__name__: made for order, made in ORDERS.items()}
Spot = tuple[str, int]


class Scores:
    """What comparisons of scores came to. `taken` are those to take once; `trained` tells whether anything was."""

    def __init__(self, taken: Iterable[Spot], trained: Callable[[], bool], say: Callable[[Spot], None]) -> None:
        self._waiting = set(taken)
        self._trained, self._say = trained, say
        self._held: set[Spot] = set()
        self._asked: set[Spot] = set()

    @property
    def refused(self) -> list[Spot]:
        """Where no score was ever better."""
        return sorted(self._asked - self._held)

    def grew(self, left: Any, order: str, right: Any, row: int) -> Any:
        """The outcome of a comparison at a row of the script's."""
        better = BY_NAME[order](left, right)
        spot = (sys._getframe(1).f_code.co_filename, row)
        if better:
            self._held.add(spot)
        elif _endless(left) or _endless(right):
            return better  # begins with the wrong infinity, say: nothing will ever be better
        elif spot in self._waiting and spot not in self._held and self._trained():
            self._held.add(spot)
            self._say(spot)
            better = True
        self._asked.add(spot)
        return better


def _endless(value: Any) -> bool:
    try:
        return not math.isfinite(value)
    except (TypeError, ValueError, OverflowError):
        return False


def asking(test: ast.Compare, row: int) -> ast.Call:
    """The call that answers such a comparison."""
    parts = [test.left, ast.Constant(type(test.ops[0]).__name__), test.comparators[0], ast.Constant(row)]
    return ast.Call(ast.Name(GREW, ast.Load()), parts, [])


def asks(test: ast.expr) -> TypeGuard[ast.Compare]:
    """Is it about which of two computed numbers is larger?"""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or type(test.ops[0]) not in ORDERS:
        return False
    return not any(isinstance(side, (ast.Constant, ast.UnaryOp)) for side in (test.left, *test.comparators))
