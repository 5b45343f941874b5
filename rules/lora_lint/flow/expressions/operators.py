"""Arithmetic: of numbers, of strings and paths with holes, of lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from lora_lint.flow.machine import Expressions, Machine
from lora_lint.flow.objects.containers import items_of, laid_over, new_dict, new_list, pairs_of, record_of
from lora_lint.flow.objects.instances import method_of
from lora_lint.flow.objects.strings import atoms_of, is_path, join_paths, text
from lora_lint.flow.scope import Args
from lora_lint.flow.values import Cls, Const, Gate, Lib, ListRec, ObjRef, Sym, Text, Tup, Value, const
from lora_lint.flow.worlds.terms import make, negate, pick
from lora_lint.knowledge.spoken_keys import Key


def _unary(machine: Machine, node: cst.UnaryOperation) -> Value:
    value = machine.evaluate(node.expression)
    if isinstance(node.operator, cst.Not):
        decided = machine.known(value)
        if decided is None and type(value) is ObjRef and machine.answers(value) is not None:
            decided = machine.truth(value, node)
        return const(not decided) if decided is not None else _denied(machine, pick(machine.world, value))
    value = pick(machine.world, value)
    if isinstance(value, Const) and isinstance(value.value, (int, float)):
        if isinstance(node.operator, cst.Minus):
            return Const(-value.value)
        return Const(+value.value)
    return machine.unknown(node, models=value.models if isinstance(value, Sym) else frozenset())


def _denied(machine: Machine, value: Value) -> Value:
    """`not value`, where nothing decides it: a list may have nothing in it, all other objects are true."""
    if isinstance(value, Gate):
        return Gate(value.term, _denied(machine, value.then), _denied(machine, value.other))
    open_list = not isinstance(value, (Const, Sym)) and machine.known(value) is None
    return negate(Sym(("full", value)) if open_list else value)


def _binary(machine: Machine, node: cst.BinaryOperation) -> Value:
    spine = [node]  # a long chain of additions is a deep tree: walk down its left side first
    while isinstance(spine[-1].left, cst.BinaryOperation):
        spine.append(spine[-1].left)
    left = machine.evaluate(spine[-1].left)
    for operation in reversed(spine):
        right = machine.evaluate(operation.right)
        left = binary(machine, type(operation.operator).__name__, left, right, operation)
    return left


CLASSES = (Cls, Lib, Tup)
MOST_ITEMS, MOST_BITS = 256, 1024  # of a tuple or list, and of a number, that an operator makes
MOST_REPEATED, MOST_CHARACTERS = 64, 1024  # items of a list that is multiplied, and of a text

ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "Add": lambda a, b: a + b,
    "Subtract": lambda a, b: a - b,
    "Multiply": lambda a, b: a * b,
    "Divide": lambda a, b: a / b,
    "FloorDivide": lambda a, b: a // b,
    "Modulo": lambda a, b: a % b,
    "BitOr": lambda a, b: a | b,
    "BitAnd": lambda a, b: a & b,
}

METHODS = {
    "Add": "add", "Subtract": "sub", "Multiply": "mul", "MatrixMultiply": "matmul", "Divide": "truediv",
    "FloorDivide": "floordiv", "Modulo": "mod", "Power": "pow", "LeftShift": "lshift", "RightShift": "rshift",
    "BitOr": "or", "BitAnd": "and", "BitXor": "xor",
}  # fmt: skip


def binary(machine: Machine, operator: str, left: Value, right: Value, node: cst.CSTNode) -> Value:
    """`left operator right`."""
    left, right = machine.settle(left, node), machine.settle(right, node)
    for owner, other, method in ((left, right, "__{}__"), (right, left, "__r{}__")):
        own = method_of(machine, owner, method.format(METHODS.get(operator, "")))
        if own is not None:
            return machine.call(own, Args([other]), node)
    if isinstance(left, Const) and isinstance(right, Const):
        return _arithmetic(machine, operator, left.value, right.value, node)
    known = OPERATIONS.get(operator)
    found = known(machine, left, right, node) if known is not None else None
    if found is not None:
        return found
    models = frozenset[Any]()
    for side in (left, right):
        if isinstance(side, Sym):
            models |= side.models
    one_term, two_term = term_of(left), term_of(right)
    return Sym(make(machine.site(node), operator, one_term, two_term), models)


def _divide(machine: Machine, left: Value, right: Value, node: cst.CSTNode) -> Value | None:
    """A path and another part of it."""
    if not any(is_path(side) or _is_text(side) for side in (left, right)):
        return None
    one, two = atoms_of(machine.world, left), atoms_of(machine.world, right)
    return join_paths([one, two], path=True) if one is not None and two is not None else None


def _add(machine: Machine, left: Value, right: Value, node: cst.CSTNode) -> Value | None:
    """Texts, tuples and lists."""
    if any(isinstance(side, Const) or _is_text(side) for side in (left, right)):
        one, two = atoms_of(machine.world, left), atoms_of(machine.world, right)
        number = any(isinstance(v, Const) and not isinstance(v.value, str) for v in (left, right))
        if one is not None and two is not None and not number:
            return text((*one, *two))
    a, b = items_of(machine, left, node), items_of(machine, right, node)
    both = [*(a or ()), *(b or ())]
    is_open = a is None or b is None or len(both) > MOST_ITEMS
    if isinstance(left, Tup) and isinstance(right, Tup) and not is_open:
        return Tup(tuple(both))
    if isinstance(record_of(machine, left), ListRec):
        return new_list(machine, node, both[:MOST_ITEMS], open=is_open)
    return None


def _either(machine: Machine, left: Value, right: Value, node: cst.CSTNode) -> Value | None:
    """Classes (`isinstance(x, A | B)`, as `(A, B)`) and dicts."""
    if isinstance(left, CLASSES) and isinstance(right, CLASSES):
        return Tup(tuple(cls for side in (left, right) for cls in (side.items if isinstance(side, Tup) else (side,))))
    one, two = pairs_of(machine, left), pairs_of(machine, right)
    if one is None or two is None:
        return None
    return new_dict(machine, node, laid_over(machine, [one, two], node), open=one[1] or two[1])


def _modulo(machine: Machine, left: Value, right: Value, node: cst.CSTNode) -> Value | None:
    """A text with places for others."""
    if isinstance(left, Const) and isinstance(left.value, str):
        return _percent(machine, left.value, right, node)
    return None


def _multiply(machine: Machine, left: Value, right: Value, node: cst.CSTNode) -> Value | None:
    """A list, over and over."""
    if not isinstance(record_of(machine, left), ListRec) or not isinstance(right, Const):
        return None
    items = items_of(machine, left, node)
    if items is None or not isinstance(right.value, int) or not 0 <= right.value * len(items) <= MOST_REPEATED:
        return None
    return new_list(machine, node, items * right.value)


# what operators make of values that are not known to the last, where that can be told
OPERATIONS: dict[str, Callable[[Machine, Value, Value, cst.CSTNode], Value | None]] = {
    "Divide": _divide, "Add": _add, "BitOr": _either, "Modulo": _modulo, "Multiply": _multiply,
}  # fmt: skip


def _is_text(value: Value) -> bool:
    """A string, be it a known one: only paths can be divided by one."""
    if isinstance(value, Const):
        return isinstance(value.value, str)
    return isinstance(value, Text) or (isinstance(value, Sym) and value.kind == "builtins.str")


def term_of(value: Value) -> object:
    return value.term if isinstance(value, Sym) else value


def _arithmetic(machine: Machine, operator: str, a: Any, b: Any, node: cst.CSTNode) -> Value:
    if operator == "Modulo" and isinstance(a, str):
        return _percent(machine, a, Const(b), node)
    action = ARITHMETIC.get(operator)
    simple = (int, float, str, bool)
    if action is None or not isinstance(a, simple) or not isinstance(b, simple):
        return machine.unknown(node)
    if operator == "Multiply" and (isinstance(a, str) or isinstance(b, str)):
        return _repeated(machine, a, b, node)
    if operator == "Add" and isinstance(a, str) and isinstance(b, str):
        return text((a, b))
    try:
        result = action(a, b)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return machine.unknown(node)
    return const(result) if not isinstance(result, int) or result.bit_length() <= MOST_BITS else machine.unknown(node)


def _repeated(machine: Machine, a: Any, b: Any, node: cst.CSTNode) -> Value:
    """`"../" * depth`"""
    piece, times = (a, b) if isinstance(a, str) else (b, a)
    if not isinstance(times, int) or isinstance(piece, Key) or len(piece) * times > MOST_CHARACTERS:
        return machine.unknown(node)
    return text((piece * times,))


def _percent(machine: Machine, template: str, right: Value, node: cst.CSTNode) -> Value:
    pairs = pairs_of(machine, right)
    if pairs is not None:
        template, items = _in_their_order(template, pairs[0])
    else:
        items = list(right.items) if isinstance(right, Tup) else [right]
    if items and all(isinstance(item, Const) and type(item.value) in PLAIN for item in items):
        return _spelled(machine, template, tuple(item.value for item in items if isinstance(item, Const)), node)
    pieces = template.replace("%d", "%s").split("%s")
    if "%" in "".join(pieces) or len(pieces) != len(items) + 1:
        return machine.unknown(node)
    atoms: list[Any] = [pieces[0]]
    for item, literal in zip(items, pieces[1:], strict=True):
        inner = atoms_of(machine.world, item)
        if inner is None:
            return machine.unknown(node)
        atoms.extend((*inner, literal))
    return text(tuple(atoms))


def _in_their_order(template: str, pairs: Sequence[tuple[Value, Value]]) -> tuple[str, list[Value]]:
    """`"%(run)s/%(step)d" % settings`, as if they were given one by one."""
    named = {key.value: value for key, value in pairs if isinstance(key, Const)}
    asked = [name for name in NAMED.findall(template) if name in named]
    return NAMED.sub(lambda found: "%" if found[1] in named else found[0], template), [named[name] for name in asked]


def _spelled(machine: Machine, template: str, items: tuple[Any, ...], node: cst.CSTNode) -> Value:
    try:
        return text((template % items,)) if not WIDE.search(template) else machine.unknown(node)
    except (TypeError, ValueError, OverflowError):
        return machine.unknown(node)


PLAIN = (str, int, float, bool, type(None))
NAMED = re.compile(r"%\((\w+)\)")
WIDE = re.compile(r"\d{4}|\*")  # a width that would fill the memory


EXPRESSIONS: Expressions = {cst.UnaryOperation: _unary, cst.BinaryOperation: _binary}
