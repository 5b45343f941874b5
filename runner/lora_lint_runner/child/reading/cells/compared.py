"""What a script compares a value with says what it may be."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from ..literals import constants, texts_in
from .shape import ANY, Shape

FIRST = (0, 1)  # places that a list of made-up things has
ENDS = (ast.Continue, ast.Raise, ast.Return)
SAME_TEXT = frozenset(["strip", "lower", "upper", "rstrip", "lstrip", "casefold", "title", "capitalize"])
EQUAL = ("eq", "ne")
NUMBERED = ("int", "float", "bool", "float32", "int64", "tensor")  # what makes a number of a truth
ANOTHER = "another"  # where what is not the one that a cell is compared with counts, too


def compared(
    compare: ast.Compare,
    node: ast.AST,
    known: Mapping[str, list[Any]],
    said: Callable[[ast.AST], Collection[str]],
    above: ast.AST | None,
) -> Shape:
    """The shape of a value (`node`) in a comparison. `known` are the script's variables with literals, `said` what
    an expression stands for as it is bound elsewhere, `above` is what the comparison stands in."""
    for other in (compare.left, *compare.comparators):
        if other is node:
            continue
        among = isinstance(compare.ops[0], (ast.In, ast.NotIn))
        values: list[Any] = []
        if isinstance(other, ast.Constant):
            values = [other.value]
        elif isinstance(other, (ast.List, ast.Tuple, ast.Set)):
            values = constants(other.elts)
        elif among:
            values = list(texts_in(other, known))
        elif isinstance(compare.ops[0], ast.Eq):
            values = list(said(other))
        if among and isinstance(other, ast.Constant):  # `27 in row["labels"]`
            number = type(other.value) is int
            return Shape("list", Shape("int", values=(other.value, *FIRST))) if number else ANY
        if values and all(isinstance(v, str) and v for v in values):
            either = above is not None and _is_either(above, compare)
            both = (*values, ANOTHER) if either and len(values) == 1 and not among else tuple(values)
            return Shape("text", values=both)
        if values and all(isinstance(v, bool) for v in values):
            return Shape("bool")
        if among and values and all(type(v) is int for v in values):
            refused = (
                isinstance(compare.ops[0], ast.In) and isinstance(above, ast.If) and isinstance(above.body[0], ENDS)
            )
            return Shape("int", values=() if refused else tuple(values))
        if not values and isinstance(compare.ops[0], (ast.Lt, ast.LtE, ast.Gt, ast.GtE)):
            return Shape("float")  # by size
        if values and all(isinstance(v, (int, float)) for v in values):
            return Shape("int" if all(isinstance(v, int) for v in values) else "float")
    return ANY


def whole_numbers(node: ast.expr, known: Mapping[str, list[Any]]) -> tuple[int, ...]:
    """Those of a list, of the keys of a table, or of a variable that holds such; none where it has others, too."""
    if isinstance(node, ast.Name):
        values = list(known.get(node.id, ()))
    else:
        values = constants(node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", ()))
    return tuple(values) if all(type(value) is int for value in values) else ()


def by_column(texts: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> tuple[str, ...]:
    """What the texts of a column are compared with, all at once: `frame["thumb"].str.lower().eq("up")`."""
    node, above = texts, parents.get(texts)
    while isinstance(above, ast.Attribute):
        call = parents.get(above)
        if above.attr == "str":
            node, above = above, call
            continue
        if not isinstance(call, ast.Call) or call.func is not above:
            return ()
        if above.attr in EQUAL:
            return _and_another(call.args[:1])
        if above.attr not in SAME_TEXT:
            return ()
        node, above = call, parents.get(call)
    is_test = isinstance(above, ast.Compare) and above.left is node and isinstance(above.ops[0], (ast.Eq, ast.NotEq))
    return _and_another(above.comparators) if is_test and isinstance(above, ast.Compare) else ()


def _and_another(others: Sequence[ast.expr]) -> tuple[str, ...]:
    texts = [part.value for part in others if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return (texts[0], ANOTHER) if texts and texts[0] else ()


def _is_either(above: ast.AST, compare: ast.Compare) -> bool:
    """Does a value hang on the outcome: `"assistant" if row["who"] == "me" else "user"`, also as a branch (see
    `plainer`), or is it one: `int(row["income"] == ">50K")`, `(frame["income"] == ">50K").astype(int)`?"""
    if isinstance(above, ast.Attribute):
        return above.attr == "astype"
    if isinstance(above, ast.Call) and compare in above.args[:1]:
        name = getattr(above.func, "attr", getattr(above.func, "id", ""))
        return name in NUMBERED or (name == "where" and len(above.args) > 2)
    if isinstance(above, ast.Dict):
        return compare in above.values
    if isinstance(above, ast.Assign):
        return isinstance(above.targets[0], ast.Subscript)
    if isinstance(above, ast.If) and above.test is compare:
        ways = [part for part in (above.body, above.orelse) if len(part) == 1]
        return len(ways) == 2 and all(isinstance(part[0], (ast.Assign, ast.Return)) for part in ways)
    return isinstance(above, ast.IfExp) and above.test is compare
