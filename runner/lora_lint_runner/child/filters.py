"""Tests that leave rows out: `if len(text) < 200: continue`, `[row for row in rows if row["split"] == name]`, a table
of pandas asked for the rows of a mask. Where one of them has left none of the made-up rows, and the script stopped for
want of them, another attempt takes it to keep them all."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable
from typing import Any

from .scores import Spot

FILTERED = "__lora_lint_filtered__"
KEPT = "leaves none of the made-up rows: taken to keep them"
KEEPING = frozenset("append add extend setdefault update appendleft insert write".split())


class Filters:
    """What such tests came to. `waived` are those that keep what they are asked about."""

    def __init__(self, waived: Iterable[Spot], say: Callable[[Spot, str], None]) -> None:
        self._waived = set(waived)
        self._say = say
        self._said: set[Spot] = set()
        self._left: dict[Spot, int] = {}  # rows that a test has left out, as long as it has kept none

    @property
    def keeping_none(self) -> list[Spot]:
        """Where no row was ever kept."""
        return sorted(spot for spot, count in self._left.items() if count)

    def filtered(self, found: Any, keeps: bool, row: int, column: int) -> Any:
        """The outcome of a test at a place of the script's; a row is kept where it is `keeps`."""
        spot = (sys._getframe(1).f_code.co_filename, row, column)
        if self.waives(spot):
            return keeps
        self.note(spot, bool(found) == keeps)
        return found

    def waives(self, spot: Spot) -> bool:
        """Is all to be kept here?"""
        if spot not in self._waived:
            return False
        if spot not in self._said:
            self._said.add(spot)
            self._say(spot, KEPT)
        return True

    def note(self, spot: Spot, kept: bool) -> None:
        """Something was kept here, or left out."""
        if kept:
            self._left[spot] = 0
        elif self._left.get(spot, 1):
            self._left[spot] = self._left.get(spot, 0) + 1


def keeps(branch: ast.stmt) -> bool | None:
    """The outcome of a branch's test with which a row of the loop is kept; None where it is no test of rows."""
    if not isinstance(branch, ast.If) or branch.orelse:
        return None
    if isinstance(branch.body[-1], ast.Continue):
        return False
    return True if any(map(_puts, branch.body)) else None


def _puts(statement: ast.stmt) -> bool:
    """Does it put a row somewhere: `rows.append(row)`, `rows[key] = row`, `yield row`?"""
    if isinstance(statement, ast.Assign):
        return isinstance(statement.targets[0], ast.Subscript)
    value = statement.value if isinstance(statement, ast.Expr) else None
    func = value.func if isinstance(value, ast.Call) else None
    return isinstance(value, ast.Yield) or (isinstance(func, ast.Attribute) and func.attr in KEEPING)


def asking(test: ast.expr, *, keeps: bool) -> ast.expr:
    """A test whose outcome is told on its way."""
    where = [ast.Constant(value) for value in (keeps, test.lineno, test.col_offset)]
    return ast.Call(ast.Name(FILTERED, ast.Load()), [test, *where], [])
