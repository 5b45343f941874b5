"""Lists and tables of constants that a module gives a name: what a cell is looked up in."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .walking import walk

COPYING = ("list", "set", "tuple", "sorted", "frozenset")


def constants(parts: Iterable[ast.expr | None]) -> list[Any]:
    """What stands in a list as it is, negative numbers too."""
    found = []
    for part in parts:
        turned = isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.USub)
        inner = part.operand if turned and isinstance(part, ast.UnaryOp) else part
        if isinstance(inner, ast.Constant) and (not turned or type(inner.value) in (int, float)):
            found.append(-inner.value if turned else inner.value)  # type: ignore[operator]
    return found


def keys_of(node: ast.AST) -> list[Any]:
    """The keys or items of a dict, list, tuple or set of constants of one kind."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("set", "frozenset", "tuple"):
        return keys_of(node.args[0]) if node.args else []
    parts = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", [])
    keys = constants(parts)
    return keys if keys and all(isinstance(k, type(keys[0])) for k in keys) else []


def texts_in(node: ast.AST, known: Mapping[str, list[Any]]) -> tuple[str, ...]:
    """The texts of a list or a table, written out or under a name: `LANGUAGES`, `args.languages`, `LABELS.keys()`."""
    func = node.func if isinstance(node, ast.Call) else None
    if isinstance(func, ast.Attribute) and func.attr == "keys":
        return texts_in(func.value, known)
    if isinstance(node, ast.Call) and isinstance(func, ast.Name) and func.id in COPYING and len(node.args) == 1:
        return texts_in(node.args[0], known)
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    keys = known.get(name) or keys_of(node)
    return tuple(keys) if all(isinstance(k, str) and k for k in keys) else ()


def said(tree: ast.Module) -> dict[str, tuple[str, ...]]:
    """Names bound to texts, also as what is taken where nothing is given: `split = settings.get("split", "train")`, and
    those that a loop gives: `for split in ("train", "test")`."""
    found: dict[str, tuple[str, ...]] = {}
    known = literals(tree)
    for node in walk(tree):
        if isinstance(node, (ast.For, ast.comprehension)) and isinstance(node.target, ast.Name):
            texts = texts_in(node.iter, known)
            found[node.target.id] = (*found.get(node.target.id, ()), *(text for text in texts if text))
    for name, value in bound(tree):
        asks = isinstance(value, ast.Call) and getattr(value.func, "attr", "") in ("get", "getenv") and value.args[1:]
        text = value.args[1] if isinstance(value, ast.Call) and asks else value
        if isinstance(text, ast.Constant) and isinstance(text.value, str) and text.value:
            found[name] = (*found.get(name, ()), text.value)
    return found


def bounds_in(tree: ast.Module) -> Iterator[float]:
    """The numbers that something is compared with by its size, written out or under a name: `< 200`, `>= MIN_WORDS`,
    `< args.gap`."""
    named: dict[str, list[float]] = {}
    for name, value in bound(tree):
        if (number := _number(value)) is not None:
            named.setdefault(name, []).append(number)
    for node in walk(tree):
        if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], (ast.Lt, ast.LtE, ast.Gt, ast.GtE)):
            continue
        for side in (node.left, *node.comparators):
            name = side.attr if isinstance(side, ast.Attribute) else side.id if isinstance(side, ast.Name) else ""
            yield from named.get(name, ())
            if (number := _number(side)) is not None:
                yield number


def imported(tree: ast.Module, elsewhere: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """Those of a project's other modules that a module takes from there by their names."""
    found = {}
    for node in walk(tree):
        for alias in node.names if isinstance(node, ast.ImportFrom) else ():
            names = {alias.name: alias.asname or alias.name} if alias.name != "*" else {n: n for n in elsewhere}
            found.update({own: elsewhere[name] for name, own in names.items() if name in elsewhere})
    return found


def _number(node: ast.AST) -> float | None:
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def bound(tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """What is bound to a name: by an assignment, as the default of a parameter or of an argument of the script."""
    for node in walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            yield node.target.id, node.value
        elif isinstance(node, ast.arguments):
            named = reversed([*node.posonlyargs, *node.args])
            yield from ((arg.arg, default) for arg, default in zip(named, reversed(node.defaults)))
            alone = zip(node.kwonlyargs, node.kw_defaults)
            yield from ((arg.arg, default) for arg, default in alone if default is not None)
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "add_argument" and node.args:
            name = node.args[-1].value if isinstance(node.args[-1], ast.Constant) else ""
            given = [k.value for k in node.keywords if k.arg == "default"]
            yield from ((name.lstrip("-").replace("-", "_"), value) for value in given if isinstance(name, str))


def listed(tree: ast.Module) -> dict[str, int]:
    """Names bound to a list or tuple of constants, and how many there are: something in the rows is a place in it."""
    written = [(name, value) for name, value in bound(tree) if keys_of(value)]
    return {name: len(value.elts) for name, value in written if isinstance(value, (ast.List, ast.Tuple))}


def literals(tree: ast.Module) -> dict[str, list[Any]]:
    """Names bound to a dict or list of constants: the keys or items that something in the rows is looked up by."""
    tables = {name: value for name, value in bound(tree) if isinstance(value, ast.Dict)}
    found = {name: keys for name, value in bound(tree) if (keys := keys_of(value))}
    for node in walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            keys = _keys_made(node.value, found, tables) if isinstance(node.value, ast.DictComp) else []
            found.update({node.targets[0].id: keys} if keys else {})
    return found


def _keys_made(node: ast.DictComp, known: Mapping[str, list[Any]], tables: Mapping[str, ast.Dict]) -> list[Any]:
    """The keys of a table that is made of another one, or of a list: `{i: l for i, l in enumerate(LABELS)}` is looked
    up by places, `{l: i for i, l in ID2LABEL.items()}` by what ID2LABEL holds."""
    source, target, key = node.generators[0].iter, node.generators[0].target, node.key
    pairs = isinstance(target, ast.Tuple) and len(target.elts) == 2
    if not isinstance(source, ast.Call) or not isinstance(key, ast.Name) or not pairs:
        return []
    second = getattr(getattr(target, "elts", [None])[-1], "id", "") == key.id
    func = source.func
    if isinstance(func, ast.Attribute) and func.attr == "items" and isinstance(func.value, ast.Name):
        table = tables.get(func.value.id)
        values = ast.List(list(table.values)) if table is not None and second else None
        return known.get(func.value.id, []) if values is None else keys_of(values)
    items = known.get(source.args[0].id, []) if source.args and isinstance(source.args[0], ast.Name) else []
    return items if second else list(range(len(items)))


def texts_of_variable(name: str, scope: ast.AST, tree: ast.Module, known: Mapping[str, list[Any]]) -> list[str]:
    """The texts that a variable stands for: what a loop goes through (`for name in NAMES`, `for part, name in
    TABLE.items()`), or what a table has for something (`name = TABLE[part]`)."""
    found: list[str] = []
    tables = {owner: value for where in (tree, scope) for owner, value in bound(where) if isinstance(value, ast.Dict)}
    for node in walk(scope):
        if isinstance(node, (ast.For, ast.comprehension)):
            if isinstance(node.target, ast.Name) and node.target.id == name:
                found += texts_in(node.iter, known)
            places = [getattr(e, "id", "") for e in node.target.elts] if isinstance(node.target, ast.Tuple) else []
            func = node.iter.func if isinstance(node.iter, ast.Call) else None
            table = tables.get(getattr(getattr(func, "value", None), "id", ""))
            if table is not None and getattr(func, "attr", "") == "items" and name in places:
                found += _texts(table.values if places.index(name) else table.keys)
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
            table = tables.get(getattr(getattr(node.value, "value", None), "id", ""))
            found += _texts(table.values) if table is not None and isinstance(node.value, ast.Subscript) else []
    return list(dict.fromkeys(found))


def _texts(parts: Iterable[ast.expr | None]) -> list[str]:
    return [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
