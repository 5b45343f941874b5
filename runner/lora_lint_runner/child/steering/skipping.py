"""`if advantages.abs().max() < 1e-6: return`, `if len(kept) == 0: continue`: branches that pass a step of the training
by. Of a tiny model's answers there is often nothing to learn: where all steps were passed by so, another attempt goes
on past the branches. What asks for no number (`if args.resume: return`) may be the way that the user wants."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from ..frames import Spot
from .branches import Branches
from .handlers import goes_back

SKIPPED = "__lora_lint_skipped__"
OF_NUMBERS = {"isnan", "isinf", "isfinite"}  # what is no number is nothing to go on with


class Skipping(Branches):
    """Those after which no backward pass comes."""

    SAID = "passes every step of the training by, as a tiny model's answers are: taken to go on"

    @property
    def always(self) -> list[Spot]:
        """The branches that were taken whenever they were come to."""
        return [spot for spot, times in self._taken.items() if times == self._asked[spot]]


def skips(tree: ast.AST) -> Iterator[ast.If]:
    """The branches of a module after which a function, or a round of a loop, is over before its backward pass."""
    for node in ast.walk(tree):
        body: Any = getattr(node, "body", None)
        for place, branch in enumerate(body if isinstance(body, list) else ()):
            if _is_over(branch) and not _goes_back(branch) and any(map(_goes_back, body[place + 1 :])):
                yield branch


def _is_over(branch: ast.stmt) -> bool:
    if not isinstance(branch, ast.If) or branch.orelse or not isinstance(branch.body[-1], (ast.Return, ast.Continue)):
        return False
    return _measures(branch.test) and not any(getattr(p, "attr", "") in OF_NUMBERS for p in ast.walk(branch.test))


def _measures(test: ast.expr) -> bool:
    """Does it hold what a call gives against a number?"""
    sides = [test.left, *test.comparators] if isinstance(test, ast.Compare) else []
    numbers = any(isinstance(side, ast.Constant) and isinstance(side.value, (int, float)) for side in sides)
    return numbers and any(isinstance(part, ast.Call) for part in ast.walk(test))


def _goes_back(statement: ast.stmt) -> bool:
    return any(map(goes_back, ast.walk(statement)))
