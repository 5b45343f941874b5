"""`if score > best:` around a save. Scores of a small model on made-up rows may stay at nought, where real ones grow:
then another attempt takes such a branch once, after the training."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable
from typing import Any

GREW = "__lora_lint_grew__"
ORDERS = (ast.Gt, ast.GtE, ast.Lt, ast.LtE)
Spot = tuple[str, int]


class Scores:
    """What comparisons of scores came to. `taken` are those to take once; `trained` tells whether anything was."""

    def __init__(self, taken: Iterable[Spot], trained: Callable[[], bool], say: Callable[[str], None]) -> None:
        self._waiting = set(taken)
        self._trained, self._say = trained, say
        self._held: set[Spot] = set()
        self._asked: set[Spot] = set()

    @property
    def refused(self) -> list[Spot]:
        """Where no score was ever better."""
        return sorted(self._asked - self._held)

    def grew(self, better: Any, row: int) -> Any:
        """The outcome of a comparison at a row of the script's."""
        spot = (sys._getframe(1).f_code.co_filename, row)
        self._asked.add(spot)
        if better:
            self._held.add(spot)
        elif spot in self._waiting and spot not in self._held and self._trained():
            self._held.add(spot)
            self._say(f"line {row}: a better score, once, as real rows may bring one")
            return True
        return better


def asks(node: ast.If) -> bool:
    """Is it about which of two computed numbers is larger?"""
    test = node.test
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], ORDERS):
        return False
    return not any(isinstance(side, (ast.Constant, ast.UnaryOp)) for side in (test.left, *test.comparators))
