"""Branches of a script that another attempt may go on past: what their tests came to, and how they are asked for it."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from ..frames import Spot


class Branches:
    """Those of one kind. `waived` are the ones to go on past, which is said once of each, as `SAID` has it."""

    SAID: str

    def __init__(self, waived: Iterable[Spot], say: Callable[[Spot, str], None]) -> None:
        self._waived = dict.fromkeys(waived, False)  # was it said?
        self._say = say
        self._asked: Counter[Spot] = Counter()
        self._taken: Counter[Spot] = Counter()

    def asked(self, found: Any, row: int, column: int) -> Any:
        """The outcome of such a test at a place of the script's."""
        spot = (sys._getframe(1).f_code.co_filename, row, column)
        if spot in self._waived:
            if found and not self._waived[spot]:
                self._waived[spot] = True
                self._say(spot, self.SAID)
            return False
        self._asked[spot] += 1
        self._taken[spot] += bool(found)
        return found


def asking(whom: str, test: ast.expr, where: ast.expr) -> ast.expr:
    """A test whose outcome is asked for, by the name of what asks; it stands `where` another one stood in the
    script."""
    spot = [ast.Constant(where.lineno), ast.Constant(where.col_offset)]
    return ast.Call(ast.Name(whom, ast.Load()), [test, *spot], [])
