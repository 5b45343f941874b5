"""Texts that name their values, of which a script makes a table: `dict(p.split("=") for p in feats.split("|"))`."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from ..walking import FUNCTIONS, parents_of, scope_of, walk

NUMBERS = ("int", "float")
SAME = ("strip", "rstrip", "lstrip")


class NamedValues(NamedTuple):
    """`fields` are what such a text is asked for, each with the kind of number that it is taken for, if it is one;
    `mark` stands between a name and its value, `separator` between them all (None: any white space), and `before` so
    many parts that have no name."""

    fields: tuple[tuple[str, str], ...]
    mark: str = "="
    separator: str | None = None
    before: int = 0

    def text(self, values: Iterable[Any], first: Iterable[str] = ()) -> str:
        """With these values, behind as many parts of `first` as there are to be."""
        between = " " if self.separator is None else self.separator
        named = [f"{name}{self.mark}{value}" for (name, _), value in zip(self.fields, values)]
        return between.join([*islice(first, self.before), *named])


def named_values(trees: Iterable[ast.Module]) -> dict[str, NamedValues]:
    """Such texts, by the column or the variable that holds them; `part_5` is the sixth part of something."""
    found: dict[str, NamedValues] = {}
    trees = list(trees)
    for tree in trees:
        for node in walk(tree):
            made = _made(node)
            if made is None:
                continue
            mark, parts = made
            parents = parents_of(tree)
            scope = scope_of(node, parents, (*FUNCTIONS, ast.Lambda))
            whole, separator, before = _parted(parts, scope)
            fields = tuple((_asked(node, scope, parents) or _asked_elsewhere(node, scope, parents, trees)).items())
            name = _name(whole, scope) if whole is not None else ""
            if name and fields:
                found.setdefault(name, NamedValues(fields, mark, separator, before))
    return found


def _made(node: ast.AST) -> tuple[str, ast.expr] | None:
    """The mark, and the parts that are gone through: `dict(p.split("=") for p in parts)`, or the same written out."""
    inner = (
        node.args[0] if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "dict" and node.args else None
    )
    if isinstance(node, ast.DictComp):
        inner = node.generators[0].iter
        inner = inner if isinstance(inner, (ast.GeneratorExp, ast.ListComp)) else None
    if not isinstance(inner, (ast.GeneratorExp, ast.ListComp)):
        return None
    loop, pair = inner.generators[0], inner.elt
    pair = pair.value if isinstance(pair, ast.Subscript) else pair  # `part.partition("=")[::2]`
    call = pair if isinstance(pair, ast.Call) and isinstance(pair.func, ast.Attribute) and pair.args else None
    if call is None or getattr(call.func, "attr", "") not in ("split", "partition"):
        return None
    mark = call.args[0].value if isinstance(call.args[0], ast.Constant) else None
    asked = _plain(call.func.value) if isinstance(call.func, ast.Attribute) else None
    same = isinstance(loop.target, ast.Name) and getattr(asked, "id", "") == loop.target.id
    return (mark, loop.iter) if isinstance(mark, str) and mark and same else None


def _parted(parts: ast.expr, scope: ast.AST) -> tuple[ast.expr | None, str | None, int]:
    """What is split into the parts, by what, and how many of them come before: `name, *parts = head.split()`."""
    before = 0
    if isinstance(parts, ast.Name):
        for node in walk(scope):
            target = node.targets[0] if isinstance(node, ast.Assign) else None
            if isinstance(node, ast.Assign) and isinstance(target, ast.Name) and target.id == parts.id:
                parts = node.value
                break
            last = target.elts[-1] if isinstance(target, ast.Tuple) and target.elts else None
            rest = last.value if isinstance(last, ast.Starred) else None
            if isinstance(node, ast.Assign) and isinstance(target, ast.Tuple) and getattr(rest, "id", "") == parts.id:
                parts, before = node.value, len(target.elts) - 1
                break
    if isinstance(parts, ast.Subscript) and isinstance(parts.slice, ast.Slice):
        first = parts.slice.lower.value if isinstance(parts.slice.lower, ast.Constant) else 0
        parts, before = parts.value, first if isinstance(first, int) else 0
    if not isinstance(parts, ast.Call) or not isinstance(parts.func, ast.Attribute) or parts.func.attr != "split":
        return None, None, 0
    separator = parts.args[0].value if parts.args and isinstance(parts.args[0], ast.Constant) else None
    return _plain(parts.func.value), separator if isinstance(separator, str) else None, before


def _asked(made: ast.AST, scope: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> dict[str, str]:
    """What the table is asked for, by the variable that takes it or at once; which of it is a number."""
    above = parents.get(made)
    target = above.targets[0] if isinstance(above, ast.Assign) else None
    return _kinds(scope, made, getattr(target, "id", None), parents)


def _asked_elsewhere(
    made: ast.AST, scope: ast.AST, parents: Mapping[ast.AST, ast.AST], trees: Iterable[ast.Module]
) -> dict[str, str]:
    """The same of a table that its function gives back, alone or beside others: `name, fields = parts_of(heading)`."""
    above = parents.get(made)
    several = above if isinstance(above, ast.Tuple) else None
    returned = parents.get(several) if several is not None else above
    if not isinstance(returned, ast.Return) or not isinstance(scope, ast.FunctionDef):
        return {}
    found: dict[str, str] = {}
    for tree in trees:
        for node in [n for n in walk(tree) if isinstance(n, ast.Assign) and _calls(n.value, scope.name)]:
            taken = node.targets[0]
            if several is not None:
                parts = taken.elts if isinstance(taken, ast.Tuple) and len(taken.elts) == len(several.elts) else []
                taken = parts[several.elts.index(made)] if parts else ast.Tuple([], ast.Store())  # type: ignore[arg-type]
            if isinstance(taken, ast.Name):
                there = parents_of(tree)
                found |= _kinds(scope_of(node, there, FUNCTIONS), None, taken.id, there)
    return found


def _calls(node: ast.expr, name: str) -> bool:
    func = node.func if isinstance(node, ast.Call) else None
    return getattr(func, "id", getattr(func, "attr", "")) == name


def _kinds(
    scope: ast.AST, made: ast.AST | None, table: str | None, parents: Mapping[ast.AST, ast.AST]
) -> dict[str, str]:
    """What a table is asked for in a scope, each with the kind of number that it is taken for, if it is one."""
    found: dict[str, str] = {}
    for key, asking in _keys(scope, made, table):
        outer = parents.get(asking)
        kind = getattr(outer.func, "id", "") if isinstance(outer, ast.Call) and asking in outer.args else ""
        found[key] = kind if kind in NUMBERS else found.get(key, "")
    return found


def _keys(scope: ast.AST, made: ast.AST | None, table: str | None) -> Iterator[tuple[str, ast.AST]]:
    for node in walk(scope):
        owner: ast.AST | None = None
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            owner, key = node.value, node.slice
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "get" and node.args:
            owner, key = getattr(node.func, "value", None), node.args[0]
        if owner is None or not isinstance(key, ast.Constant) or not isinstance(key.value, str):
            continue
        if owner is made or (table is not None and isinstance(owner, ast.Name) and owner.id == table):
            yield key.value, node


def _name(whole: ast.expr, scope: ast.AST) -> str:
    """The column that a text is of, or its place among the parts of a line, else the variable that holds it."""
    if isinstance(whole, ast.Name):
        values = [n.value for n in walk(scope) if isinstance(n, ast.Assign) and _binds(n, whole.id)]
        held = _plain(values[0]) if len(values) == 1 else whole
        whole = held if isinstance(held, ast.Subscript) else whole
    if isinstance(whole, ast.Subscript) and isinstance(whole.slice, ast.Constant):
        key = whole.slice.value
        return key if isinstance(key, str) else f"part_{key}" if isinstance(key, int) else ""
    return getattr(whole, "id", getattr(whole, "attr", ""))


def _binds(node: ast.Assign, name: str) -> bool:
    return isinstance(node.targets[0], ast.Name) and node.targets[0].id == name


def _plain(node: ast.expr) -> ast.expr:
    """A text before its ends were cut off."""
    while True:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SAME:
            node = node.func.value
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            node = node.value
        else:
            return node
