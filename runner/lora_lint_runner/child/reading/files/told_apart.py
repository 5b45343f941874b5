"""Elements of XML that lie beside each other and are told apart by an attribute: `found[tuv.get("lang")] = ...`, which
is then asked for `found["de"]` and `found[target]`."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping

from ..cells.compared import ANOTHER
from ..literals import literals, said, texts_in
from ..spelled import Spelled
from ..walking import scope_of, walk
from .namespaces import path_in

MANY = ("iter", "findall", "iterfind", "iterparse", "find_all", "getElementsByTagName", "xpath")
Apart = dict[str, tuple[dict[str, str], ...]]


def told_apart(tree: ast.Module, parents: Mapping[ast.AST, ast.AST]) -> Apart:
    """The attributes of several of a tag, as they are to lie beside each other."""
    gets = [n for n in walk(tree) if isinstance(n, ast.Call) and getattr(n.func, "attr", "") == "get" and n.args]
    loops = dict(_loops(tree)) if gets else {}
    gets = [n for n in gets if isinstance(n.func, ast.Attribute) and getattr(n.func.value, "id", "") in loops]
    if not gets:
        return {}
    known, spelled, tables = said(tree), Spelled(walk(tree)), literals(tree)

    def texts(node: ast.AST) -> Collection[str]:
        if isinstance(node, ast.Constant):
            return [node.value] if isinstance(node.value, str) and node.value else []
        name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
        return (*known.get(name, ()), *spelled.named(name), *texts_in(node, tables))

    values: dict[str, dict[str, dict[str, None]]] = {}
    for call in gets:
        names = [name for name in texts(call.args[0]) if name]
        found = dict.fromkeys(text for other in _asked(call, parents) for text in texts(other))
        home = loops[getattr(getattr(call.func, "value", None), "id", "")]
        for name in names[:1] if found else ():
            values.setdefault(home, {}).setdefault(name, {}).update(found)
    return {tag: tuple(_each(attributes)) for tag, attributes in values.items()}


def _each(attributes: Mapping[str, Collection[str]]) -> Iterator[dict[str, str]]:
    """One for each value; where there is but one, also what is not it."""
    several = {name: [*found] if len(found) > 1 else [*found, ANOTHER] for name, found in attributes.items()}
    for place in range(max(map(len, several.values()))):
        yield {name: found[place % len(found)] for name, found in several.items()}


def _loops(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Variables that go through elements, with their tags."""
    for node in walk(tree):
        call = node.iter if isinstance(node, (ast.For, ast.comprehension)) else None
        if not isinstance(node, (ast.For, ast.comprehension)) or not isinstance(call, ast.Call) or not call.args:
            continue
        tag = path_in(call.args[0])
        if isinstance(node.target, ast.Name) and getattr(call.func, "attr", "") in MANY and tag is not None:
            yield node.target.id, tag.rpartition("/")[2].rpartition("}")[2].rpartition(":")[2]


def _asked(call: ast.Call, parents: Mapping[ast.AST, ast.AST]) -> Iterator[ast.expr]:
    """What the value of an attribute is held against, also by a variable, or by the table that it is a key of."""
    node: ast.AST = call
    above = parents.get(node)
    while isinstance(above, (ast.BoolOp, ast.Attribute, ast.Call)) or (
        isinstance(above, ast.Subscript) and above.value is node
    ):  # `(part.get("lang") or "").lower().split("-")[0]`
        node, above = above, parents.get(above)
    yield from _of(node, above, parents)
    target = above.targets[0] if isinstance(above, ast.Assign) and len(above.targets) == 1 else None
    if isinstance(target, ast.Name):
        for use in [n for n in walk(scope_of(node, parents)) if isinstance(n, ast.Name) and n.id == target.id]:
            yield from _of(use, parents.get(use), parents)


def _of(node: ast.AST, above: ast.AST | None, parents: Mapping[ast.AST, ast.AST]) -> Iterator[ast.expr]:
    if isinstance(above, ast.Compare):
        sides = [side for side in (above.left, *above.comparators) if side is not node]
        yield from (part for side in sides for part in getattr(side, "elts", [side]))
    elif isinstance(above, ast.Subscript) and above.slice is node and isinstance(above.value, ast.Name):
        yield from _keys(above.value.id, node, scope_of(node, parents))


def _keys(table: str, own: ast.AST, scope: ast.AST) -> Iterator[ast.expr]:
    """What a table is asked for besides: `found["de"]`, `found.get(target)`."""
    for node in walk(scope):
        if isinstance(node, ast.Subscript) and getattr(node.value, "id", "") == table:
            if node.slice is not own and isinstance(node.ctx, ast.Load):
                yield node.slice
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("get", "pop"):
            if getattr(node.func.value, "id", "") == table and node.args:
                yield node.args[0]
