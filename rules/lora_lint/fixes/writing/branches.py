"""What an expression inside of a statement hangs on: `model.merge_and_unload() if merge else model`."""

from __future__ import annotations

import libcst as cst

from lora_lint.fixes.writing.tree import children_of
from lora_lint.fixes.writing.written import repeatable
from lora_lint.flow.modules import Module
from lora_lint.flow.view import Level, View

LOOSE = (cst.BooleanOperation, cst.IfExp, cst.Lambda, cst.NamedExpr)  # these bind less than `and` and `not`
Test = tuple[cst.BaseExpression, bool]  # what is asked, and the answer with which the expression is evaluated


def under_its_tests(view: View, level: Level, node: cst.CSTNode, code: str) -> str | None:
    """A statement of one line that is put before another, under the tests on which a node in that one hangs.

    None where such a test cannot be asked twice.
    """
    assert level.statement is not None
    tests = _tests(level.statement, node) or []
    if not tests:
        return code
    if not all(repeatable(test, view, level) for test, _ in tests):
        return None
    alone = len(tests) == 1
    asked = " and ".join(_spelled(level.module, test, holds, alone=alone) for test, holds in tests)
    return f"if {asked}:\n{level.module.tree.default_indent}{code}"


def _tests(outer: cst.CSTNode, node: cst.CSTNode) -> list[Test] | None:
    """The tests between a node and one that it lies in, outermost first; None where it does not lie there."""
    if outer is node:
        return []
    for child in children_of(outer):
        inner = _tests(child, node)
        if inner is not None:
            return [*_asked(outer, child), *inner]
    return None


def _asked(outer: cst.CSTNode, part: cst.CSTNode) -> list[Test]:
    if isinstance(outer, cst.IfExp) and part is not outer.test:
        return [(outer.test, part is outer.body)]
    if isinstance(outer, cst.BooleanOperation) and part is outer.right:
        return [(outer.left, isinstance(outer.operator, cst.And))]
    return []


def _spelled(module: Module, test: cst.BaseExpression, holds: bool, *, alone: bool) -> str:
    if not holds and isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
        test, holds = test.expression, True
    code, closed = module.code(test), bool(getattr(test, "lpar", ()))  # a sketch has none where it needs none
    if not holds:
        return f"not {code}" if closed or not isinstance(test, (*LOOSE, cst.Comparison)) else f"not ({code})"
    return code if closed or alone or not isinstance(test, LOOSE) else f"({code})"
