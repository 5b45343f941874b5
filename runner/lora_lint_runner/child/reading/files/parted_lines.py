"""Lines that one function of a script takes apart and others ask for their parts: what is between the parts, and how
many there are."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping


def separator_of(call: ast.Call, parents: Mapping[ast.AST, ast.AST]) -> str | None:
    """What a line is split by: a text, also one that a parameter of the function around it has by default."""
    asked: ast.AST | None = call.args[0] if call.args else None
    if isinstance(asked, ast.Name):
        asked = _defaults(_around(call, parents)).get(asked.id)
    return asked.value if isinstance(asked, ast.Constant) and isinstance(asked.value, str) else None


def held_as(rows: ast.AST, parents: Mapping[ast.AST, ast.AST], nodes: Iterable[ast.AST]) -> set[str]:
    """The names under which rows that are made in one place are gone through: the variable, the function that returns
    it, and the variables that take what that function gives."""
    found: set[str] = set()
    above, function = parents.get(rows), _around(rows, parents)
    if isinstance(above, ast.Assign) and isinstance(above.targets[0], ast.Name):
        found.add(above.targets[0].id)
    if function is not None and (isinstance(above, ast.Return) or not found.isdisjoint(_returned(function))):
        taken = (n for n in nodes if isinstance(n, ast.Assign) and isinstance(n.value, ast.Call))
        by_call = [n for n in taken if isinstance(n.value, ast.Call) and _called(n.value) == function.name]
        found |= {function.name, *(n.targets[0].id for n in by_call if isinstance(n.targets[0], ast.Name))}
    return found


def most_asked(names: set[str], nodes: Iterable[ast.AST]) -> int:
    """How many parts there have to be where a row is asked for them by place: `rows[i][1]`."""
    places = [0]
    for node in nodes:
        row = node.value if isinstance(node, ast.Subscript) else None
        if isinstance(row, ast.Subscript) and isinstance(row.value, ast.Name) and row.value.id in names:
            place = (
                node.slice.value if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) else None
            )
            places += [place + 1] if type(place) is int else []
    return max(places)


def _around(node: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> ast.FunctionDef | None:
    above = parents.get(node)
    while above is not None and not isinstance(above, ast.FunctionDef):
        above = parents.get(above)
    return above


def _defaults(function: ast.FunctionDef | None) -> dict[str, ast.expr]:
    if function is None:
        return {}
    taken = function.args
    by_place = [*taken.posonlyargs, *taken.args][::-1]
    found = {a.arg: value for a, value in zip(by_place, taken.defaults[::-1])}
    return {**found, **{a.arg: value for a, value in zip(taken.kwonlyargs, taken.kw_defaults) if value is not None}}


def _returned(function: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Name):
            yield node.value.id


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
