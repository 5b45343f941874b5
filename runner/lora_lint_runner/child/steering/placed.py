"""`assert next(model.parameters()).device.type == "cuda"`: a script's demand that something lies on a GPU. What it puts
on one stays on the CPU, so the demand is taken for met."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

PLACED = "__lora_lint_placed__"
ORDERS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne,
    ast.In: lambda left, right: left in right, ast.NotIn: lambda left, right: left not in right,
}  # fmt: skip
BY_NAME = {order.__name__: made for order, made in ORDERS.items()}
MET = "CUDA: a test of where a model or a tensor lies is answered as on a GPU"
DEVICES = ("cuda", "cpu")
ON_GPU = "is_cuda"


def install(say: Callable[[str], None]) -> Callable[..., Any]:
    """What the instrumented tests call."""

    def placed(left: Any, order: str, right: Any, wanted: bool) -> Any:
        """The outcome of a test, of which `wanted` lets the script go on."""
        found = left if order == ON_GPU else BY_NAME[order](left, right)
        stays = not found if order == ON_GPU else _on_cpu(left) or _on_cpu(right)
        if bool(found) == wanted or not stays:
            return found
        say(MET)
        return wanted

    return placed


def _on_cpu(value: Any) -> bool:
    """A device, or the name of one."""
    return str(value) == "cpu" and (isinstance(value, str) or type(value).__name__ == "device")


def asking(test: ast.expr, *, wanted: bool) -> ast.expr:
    """A test with a call in its place, where it asks for the device on which something lies."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return ast.UnaryOp(test.op, asking(test.operand, wanted=not wanted))
    if isinstance(test, ast.Attribute) and test.attr == ON_GPU:
        return _call(test, ON_GPU, ast.Constant(None), wanted)
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or type(test.ops[0]) not in ORDERS:
        return test
    sides = (test.left, test.comparators[0])
    lies = any(isinstance(n, ast.Attribute) and n.attr == "device" for side in sides for n in ast.walk(side))
    named = any(isinstance(side, ast.Constant) and str(side.value).split(":")[0] in DEVICES for side in sides)
    kind = any(isinstance(side, ast.Attribute) and side.attr == "type" for side in sides)
    return _call(sides[0], type(test.ops[0]).__name__, sides[1], wanted) if named and (lies or kind) else test


def _call(left: ast.expr, order: str, right: ast.expr, wanted: bool) -> ast.expr:
    given = [left, ast.Constant(order), right, ast.Constant(wanted)]
    return ast.Call(ast.Name(PLACED, ast.Load()), given, [])
