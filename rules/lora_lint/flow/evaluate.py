"""Expressions: names, literals, operators, conditions, comprehensions."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import libcst as cst

from lora_lint.flow.arguments import read_arguments
from lora_lint.flow.containers import contains, get_item, items_of, new_dict, new_list, record_of
from lora_lint.flow.loops import passes
from lora_lint.flow.machine import Machine, Outcome
from lora_lint.flow.strings import atoms_of, is_path, join_paths, text
from lora_lint.flow.terms import gate, learn, make, negate, pick, settled
from lora_lint.flow.values import (
    FALSE,
    NONE,
    TRUE,
    Cls,
    Const,
    DictRec,
    Func,
    Lib,
    ListRec,
    ModelRef,
    ObjRef,
    Sym,
    Text,
    Tup,
    Value,
    const,
)

# -- names and literals ------------------------------------------------------------------------------------------------


def _name(machine: Machine, node: cst.Name) -> Value:
    name = node.value
    frames = machine.world.frames
    frame = machine.redirects.get((machine.frame, name), machine.frame)
    while frame is not None:
        variables = frames.get(frame)
        if variables is not None and name in variables:
            return variables[name]
        frame = machine.parents.get(frame)  # type: ignore[assignment]
    if name in ("True", "False", "None"):
        return TRUE if name == "True" else FALSE if name == "False" else NONE
    if name == "__name__":
        return Const("__main__" if machine.module is machine.modules[0] else machine.module.name)
    if name == "__file__":
        return Sym(("file", machine.module.name))
    if machine.knowledge.is_builtin(name):
        return Lib(f"builtins.{name}")
    return Sym(("free", machine.module.name, name))


@lru_cache(maxsize=4096)
def _literal(source: str) -> Const:
    try:
        return const(ast.literal_eval(source))
    except (ValueError, SyntaxError, MemoryError):
        return Const(source)


def _plain(machine: Machine, node: cst.Integer | cst.Float | cst.Imaginary | cst.SimpleString) -> Value:
    value = _literal(node.value)
    if value.value.__class__ is str and machine.knowledge.is_notable_file(value.value):
        machine.emit("named", node, None, name=value.value.rpartition("/")[2])
    return value


def _ellipsis(machine: Machine, node: cst.Ellipsis) -> Value:
    return Const(...)


def _concatenated(machine: Machine, node: cst.ConcatenatedString) -> Value:
    return binary(machine, "Add", machine.evaluate(node.left), machine.evaluate(node.right), node)


def _formatted(machine: Machine, node: cst.FormattedString | cst.TemplatedString) -> Value:
    atoms: list[Any] = []
    for part in node.parts:
        if isinstance(part, (cst.FormattedStringText, cst.TemplatedStringText)):
            literal = part.value.replace("{{", "{").replace("}}", "}")
            atoms.append(_literal(f"'''{literal}'''").value if "\\" in literal else literal)
            continue
        assert isinstance(part, (cst.FormattedStringExpression, cst.TemplatedStringExpression))
        value = machine.evaluate(part.expression)
        if isinstance(pick(machine.world, value), Const):
            value = pick(machine.world, value)
            atoms.append(_spelled(value, part) if isinstance(value, Const) else "")
            continue
        inner = atoms_of(machine.world, value)
        if inner is None:
            inner = (("shown", value),)
        atoms.extend(inner)
    return text(tuple(atoms))


def _spelled(value: Const, part: cst.FormattedStringExpression | cst.TemplatedStringExpression) -> str:
    spec = "".join(p.value for p in part.format_spec or () if isinstance(p, cst.FormattedStringText))
    try:
        return format(value.value, spec)
    except (ValueError, TypeError):
        return str(value.value)


def _tuple(machine: Machine, node: cst.Tuple) -> Value:
    items, is_open = _elements(machine, node)
    return Tup(tuple(items), is_open)


def _list(machine: Machine, node: cst.List | cst.Set) -> Value:
    items, is_open = _elements(machine, node)
    return new_list(machine, node, items, open=is_open, kind="set" if isinstance(node, cst.Set) else "list")


def _elements(machine: Machine, node: cst.Tuple | cst.List | cst.Set) -> tuple[list[Value], bool]:
    items: list[Value] = []
    is_open = False
    for element in node.elements:
        value = machine.evaluate(element.value)
        if isinstance(element, cst.StarredElement):
            more = items_of(machine, value, element)
            items.extend(more or ())
            is_open = is_open or more is None
        else:
            items.append(value)
    return items, is_open


def _dict(machine: Machine, node: cst.Dict) -> Value:
    items: list[tuple[Value, Value]] = []
    is_open = False
    for element in node.elements:
        value = machine.evaluate(element.value)
        if isinstance(element, cst.DictElement):
            items.append((machine.evaluate(element.key), value))
            continue
        record = record_of(machine, machine.settle(value, element))
        if isinstance(record, DictRec):
            items.extend(record.items)
            is_open = is_open or record.open
        else:
            is_open = True
    return new_dict(machine, node, items, open=is_open)


# -- operators ---------------------------------------------------------------------------------------------------------


def _unary(machine: Machine, node: cst.UnaryOperation) -> Value:
    value = machine.evaluate(node.expression)
    if isinstance(node.operator, cst.Not):
        decided = machine.known(value)
        return const(not decided) if decided is not None else negate(pick(machine.world, value))
    value = pick(machine.world, value)
    if isinstance(value, Const) and isinstance(value.value, (int, float)):
        if isinstance(node.operator, cst.Minus):
            return Const(-value.value)
        return Const(+value.value)
    return machine.unknown(node)


def _binary(machine: Machine, node: cst.BinaryOperation) -> Value:
    spine = [node]  # a long chain of additions is a deep tree: walk down its left side first
    while isinstance(spine[-1].left, cst.BinaryOperation):
        spine.append(spine[-1].left)
    left = machine.evaluate(spine[-1].left)
    for operation in reversed(spine):
        right = machine.evaluate(operation.right)
        left = binary(machine, type(operation.operator).__name__, left, right, operation)
    return left


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


def binary(machine: Machine, operator: str, left: Value, right: Value, node: cst.CSTNode) -> Value:
    """`left operator right`."""
    left, right = machine.settle(left, node), machine.settle(right, node)
    if isinstance(left, Const) and isinstance(right, Const):
        return _arithmetic(machine, operator, left.value, right.value, node)
    if operator == "Divide" and any(is_path(side) or _is_text(side) for side in (left, right)):
        one, two = atoms_of(machine.world, left), atoms_of(machine.world, right)
        if one is not None and two is not None:
            return join_paths([one, two], path=True)
    if operator == "Add" and any(isinstance(side, Const) or _is_text(side) for side in (left, right)):
        one, two = atoms_of(machine.world, left), atoms_of(machine.world, right)
        number = any(isinstance(v, Const) and not isinstance(v.value, str) for v in (left, right))
        if one is not None and two is not None and not number:
            return text((*one, *two))
    if operator == "Add":
        a, b = items_of(machine, left, node), items_of(machine, right, node)
        if isinstance(left, Tup) and isinstance(right, Tup) and a is not None and b is not None:
            return Tup((*a, *b))
        if isinstance(record_of(machine, left), ListRec):
            return new_list(machine, node, [*(a or ()), *(b or ())], open=a is None or b is None)
    if operator == "Modulo" and isinstance(left, Const) and isinstance(left.value, str):
        return _percent(machine, left.value, right, node)
    if operator == "Multiply" and isinstance(record_of(machine, left), ListRec) and isinstance(right, Const):
        items = items_of(machine, left, node)
        if items is not None and isinstance(right.value, int) and 0 <= right.value * len(items) <= 64:
            return new_list(machine, node, items * right.value)
    models = frozenset[Any]()
    for side in (left, right):
        if isinstance(side, Sym):
            models |= side.models
    one_term, two_term = _term(left), _term(right)
    return Sym(make(machine.site(node), operator, one_term, two_term), models)


def _is_text(value: Value) -> bool:
    """A string, be it a known one: only paths can be divided by one."""
    if isinstance(value, Const):
        return isinstance(value.value, str)
    return isinstance(value, Text) or (isinstance(value, Sym) and value.kind == "builtins.str")


def _term(value: Value) -> object:
    return value.term if isinstance(value, Sym) else value


def _arithmetic(machine: Machine, operator: str, a: Any, b: Any, node: cst.CSTNode) -> Value:
    if operator == "Modulo" and isinstance(a, str):
        return _percent(machine, a, Const(b), node)
    action = ARITHMETIC.get(operator)
    simple = (int, float, str, bool)
    if action is None or not isinstance(a, simple) or not isinstance(b, simple):
        return machine.unknown(node)
    if operator == "Multiply" and (isinstance(a, str) or isinstance(b, str)):
        return machine.unknown(node)
    try:
        return const(action(a, b))
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return machine.unknown(node)


def _percent(machine: Machine, template: str, right: Value, node: cst.CSTNode) -> Value:
    items = list(right.items) if isinstance(right, Tup) else [right]
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


COMPARE: dict[type[cst.BaseCompOp], Callable[[Any, Any], bool]] = {
    cst.Equal: lambda a, b: a == b,
    cst.NotEqual: lambda a, b: a != b,
    cst.LessThan: lambda a, b: a < b,
    cst.LessThanEqual: lambda a, b: a <= b,
    cst.GreaterThan: lambda a, b: a > b,
    cst.GreaterThanEqual: lambda a, b: a >= b,
}


def _comparison(machine: Machine, node: cst.Comparison) -> Value:
    left = machine.evaluate(node.left)
    result: Value = TRUE
    for target in node.comparisons:
        right = machine.evaluate(target.comparator)
        result = compare(machine, target.operator, left, right, node)
        if len(node.comparisons) > 1 and machine.known(result) is False:
            return FALSE
        left = right
    return result


def compare(machine: Machine, operator: cst.BaseCompOp, left: Value, right: Value, node: cst.CSTNode) -> Value:
    """One comparison, as a constant where it is decided, else as a term."""
    left, right = machine.settle(left, node), machine.settle(right, node)
    kind = type(operator)
    if isinstance(left, Sym) and left.term[0] == "between":
        machine.compared.update(machine.ranging)
    if kind in (cst.In, cst.NotIn):
        found = contains(machine, right, left, node)
        return found if kind is cst.In else negate(found)
    if kind in (cst.Is, cst.IsNot, cst.Equal, cst.NotEqual):
        same = _same(machine, left, right, identity=kind in (cst.Is, cst.IsNot))
        return same if kind in (cst.Is, cst.Equal) else negate(same)
    if isinstance(left, Const) and isinstance(right, Const):
        try:
            return const(bool(COMPARE[kind](left.value, right.value)))
        except TypeError:
            return machine.unknown(node)
    ranked = settled(kind.__name__, _term(left), right)
    if ranked is not None:
        return const(ranked)
    return Sym(make(machine.site(node), kind.__name__, _term(left), _term(right)))


def _same(machine: Machine, left: Value, right: Value, *, identity: bool) -> Value:
    if isinstance(left, Const) and isinstance(right, Const):
        return const(left == right)
    if left == right and not isinstance(left, (Text,)):
        return TRUE
    if left == right:
        return TRUE
    if isinstance(left, Const) and not isinstance(right, Const):
        left, right = right, left
    if isinstance(left, Sym):
        ranked = settled("Equal", left.term, right)
        if ranked is not None:
            return const(ranked)
        if right is NONE or right == NONE:
            return Sym(("none", left.term))
        return Sym(("eq", left.term, right if isinstance(right, Const) else _term(right)))
    if right == NONE:
        return FALSE  # an object, a function, a text: not None
    if identity and isinstance(left, (ModelRef, ObjRef)) and isinstance(right, (ModelRef, ObjRef)):
        return FALSE
    if isinstance(left, (ModelRef, ObjRef, Lib, Func, Cls)) and isinstance(right, (ModelRef, ObjRef, Lib, Func, Cls)):
        return FALSE
    if isinstance(left, Text) or isinstance(right, Text):
        return Sym(("eq", ("text", left), right if isinstance(right, Const) else ("text", right)))
    return Sym(("eq", ("value", left), ("value", right)))


# -- conditions --------------------------------------------------------------------------------------------------------


def _boolean(machine: Machine, node: cst.BooleanOperation) -> Value:
    spine = [node]
    while isinstance(spine[-1].left, cst.BooleanOperation):
        spine.append(spine[-1].left)
    left = machine.evaluate(spine[-1].left)
    for operation in reversed(spine):
        wants = isinstance(operation.operator, cst.And)
        decided = machine.known(left)
        if decided is None:
            left = _either(machine, operation, left, wants)
        elif decided is wants:
            left = machine.evaluate(operation.right)
    return left


def _either(machine: Machine, node: cst.BooleanOperation, left: Value, wants: bool) -> Value:
    """`a and b` where `a` is open: one gated value, or two paths where `b` does something to a model."""
    left = pick(machine.world, left)
    term = left.term if isinstance(left, Sym) else None
    if term is None:
        return machine.evaluate(node.right) if machine.truth(left, node.left) is wants else left
    right = _beside(machine, node.right, term, wants, node.left)
    if right is None:
        return machine.evaluate(node.right) if machine.decide(term, node.left) is wants else left
    short = const(not wants) if isinstance(right, Const) and isinstance(right.value, bool) else left
    return gate(term, right, short, machine.site(node)) if wants else gate(term, short, right, machine.site(node))


def _beside(machine: Machine, node: cst.CSTNode, term: Any, holds: bool, test: cst.CSTNode) -> Value | None:
    """Evaluates an expression under an assumption, aside; None where that would change a model or part the paths."""
    before = machine.world
    aside = before.copy()
    learn(aside, term, holds, machine.site(test))
    at = len(machine.events)
    outer_raises = len(machine.exits.raises)
    found = machine.explore(aside, lambda: machine.evaluate(node))
    changed = len(found) != 1 or len(machine.exits.raises) != outer_raises
    changed = changed or found[0][1].life.version != before.life.version or len(machine.events) != at
    del machine.exits.raises[outer_raises:]
    machine.world = before
    if changed:
        del machine.events[at:]
        return None
    value, world = found[0]
    for oid, record in world.heap.items():
        if oid not in before.heap:
            before.put(oid, record)
    return value


def _conditional(machine: Machine, node: cst.IfExp) -> Value:
    test = machine.evaluate(node.test)
    decided = machine.known(test)
    if decided is None:
        test = pick(machine.world, test)
        if isinstance(test, Sym):
            then = _beside(machine, node.body, test.term, True, node.test)
            other = _beside(machine, node.orelse, test.term, False, node.test) if then is not None else None
            if then is not None and other is not None and not _models(then, other):
                return gate(test.term, then, other, machine.site(node))
        decided = machine.truth(test, node.test)
    return machine.evaluate(node.body if decided else node.orelse)


def _models(*values: Value) -> bool:
    return any(isinstance(value, ModelRef) for value in values)


def _named(machine: Machine, node: cst.NamedExpr) -> Value:
    value = machine.evaluate(node.value)
    machine.assign(node.target, value)
    return value


# -- calls, attributes, items ------------------------------------------------------------------------------------------


def _attribute(machine: Machine, node: cst.Attribute) -> Value:
    return machine.get(machine.evaluate(node.value), node.attr.value, node)


def _call(machine: Machine, node: cst.Call) -> Value:
    callee = machine.evaluate(node.func)
    return machine.call(callee, read_arguments(machine, node), node)


def index_value(machine: Machine, node: cst.Subscript) -> Value:
    """The index of a subscript: one value, a tuple of them, or a slice."""
    found: list[Value] = []
    for element in node.slice:
        part = element.slice
        if isinstance(part, cst.Index):
            found.append(machine.evaluate(part.value))
            continue
        assert isinstance(part, cst.Slice)
        bounds = [machine.evaluate(b) if b is not None else NONE for b in (part.lower, part.upper, part.step)]
        plain = [pick(machine.world, bound) for bound in bounds]
        if all(isinstance(bound, Const) for bound in plain):
            found.append(Const(("slice", *[bound.value for bound in plain if isinstance(bound, Const)])))
        else:
            found.append(machine.unknown(element))
    return found[0] if len(found) == 1 else Tup(tuple(found))


def _subscript(machine: Machine, node: cst.Subscript) -> Value:
    return get_item(machine, machine.evaluate(node.value), index_value(machine, node), node)


def _await(machine: Machine, node: cst.Await) -> Value:
    return machine.evaluate(node.expression)


def _yield(machine: Machine, node: cst.Yield) -> Value:
    if isinstance(node.value, cst.From):
        source = machine.evaluate(node.value.item)
        for item in items_of(machine, source, node) or [machine.unknown(node)]:
            if machine.yielding:
                machine.yielding[-1](item)
        return NONE
    value = machine.evaluate(node.value) if node.value is not None else NONE
    if machine.yielding:
        machine.yielding[-1](value)
    return machine.unknown(node)


# -- comprehensions ----------------------------------------------------------------------------------------------------


def _comprehension(machine: Machine, node: cst.ListComp | cst.SetComp | cst.GeneratorExp) -> Value:
    items: list[Value] = []
    is_open = _run_comprehension(machine, node, node.for_in, lambda: items.append(machine.evaluate(node.elt)))
    return new_list(machine, node, items, open=is_open, kind="set" if isinstance(node, cst.SetComp) else "list")


def _dict_comprehension(machine: Machine, node: cst.DictComp) -> Value:
    items: list[tuple[Value, Value]] = []

    def add() -> None:
        items.append((machine.evaluate(node.key), machine.evaluate(node.value)))

    is_open = _run_comprehension(machine, node, node.for_in, add)
    return new_dict(machine, node, items, open=is_open)


def _run_comprehension(machine: Machine, node: cst.CSTNode, clause: cst.CompFor, add: Callable[[], None]) -> bool:
    """Runs a comprehension's loops; True where there may be more or fewer items than were added."""
    frame = (machine.site(node), 0)
    outer = machine.frame
    machine.parents[frame] = outer
    machine.comprehensions.add(frame)
    machine.world.frame(frame)
    machine.frame = frame
    try:
        return _clause(machine, clause, add)
    finally:
        machine.frame = outer
        machine.world.drop_frame(frame)


def _clause(machine: Machine, clause: cst.CompFor, add: Callable[[], None]) -> bool:
    items, is_open = passes(machine, machine.evaluate(clause.iter), clause)
    for item in items:
        machine.assign(clause.target, item)
        keep = True
        for test in clause.ifs:
            decided = machine.known(machine.evaluate(test.test))
            if decided is None:
                is_open = True  # may be kept or not: it is kept, and the list is open
            elif not decided:
                keep = False
                break
        if not keep:
            continue
        if clause.inner_for_in is not None:
            is_open = _clause(machine, clause.inner_for_in, add) or is_open
        else:
            add()
    return is_open


EXPRESSIONS: dict[type[cst.CSTNode], Callable[[Machine, Any], Value]] = {
    cst.Name: _name,
    cst.Attribute: _attribute,
    cst.Call: _call,
    cst.SimpleString: _plain,
    cst.Integer: _plain,
    cst.Float: _plain,
    cst.Imaginary: _plain,
    cst.Ellipsis: _ellipsis,
    cst.ConcatenatedString: _concatenated,
    cst.FormattedString: _formatted,
    cst.TemplatedString: _formatted,
    cst.Tuple: _tuple,
    cst.List: _list,
    cst.Set: _list,
    cst.Dict: _dict,
    cst.UnaryOperation: _unary,
    cst.BinaryOperation: _binary,
    cst.BooleanOperation: _boolean,
    cst.Comparison: _comparison,
    cst.IfExp: _conditional,
    cst.NamedExpr: _named,
    cst.Subscript: _subscript,
    cst.Await: _await,
    cst.Yield: _yield,
    cst.ListComp: _comprehension,
    cst.SetComp: _comprehension,
    cst.GeneratorExp: _comprehension,
    cst.DictComp: _dict_comprehension,
}

__all__ = ["EXPRESSIONS", "Outcome", "binary", "compare", "index_value"]
