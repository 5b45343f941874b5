"""The elements of a page that a parser of the script's own waits for: `if tag == "h1" and "headline" in attrs["class"]`
in the `handle_starttag` of an `HTMLParser`."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import NamedTuple

from ..cells.tables import text_of
from ..literals import texts_in
from ..walking import walk

STARTING = ("handle_starttag", "handle_startendtag")
CLASS = "class"


class Part(NamedTuple):
    """An element, with the attributes that it has to have."""

    tag: str
    attributes: tuple[tuple[str, str], ...] = ()


def page_parts(trees: Iterable[ast.Module]) -> tuple[Part, ...]:
    """Those of all parsers, in the order in which they are asked for."""
    found: dict[Part, None] = {}
    for function in [n for tree in trees for n in walk(tree) if isinstance(n, ast.FunctionDef) and n.name in STARTING]:
        if len(function.args.args) == 3:
            tag = function.args.args[1].arg
            names = dict(_names(function))
            for test in [n.test for n in walk(function) if isinstance(n, ast.If)]:
                compared = [n for n in walk(test) if isinstance(n, ast.Compare)]
                attributes = tuple(pair for n in compared for pair in _attribute(n, tag, names))
                tags = [text for n in compared if _is(n.left, tag) for text in _texts(n.comparators[0])]
                found.update(dict.fromkeys(Part(name, attributes) for name in tags))
    return tuple(found)


def _names(function: ast.FunctionDef) -> Iterable[tuple[str, str]]:
    """Variables that hold an attribute: `kind = attrs.get("class") or ""`."""
    for node in walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            asked = _asked(node.value)
            if asked is not None:
                yield node.targets[0].id, asked


def _asked(value: ast.AST) -> str | None:
    """The attribute that an expression reads: `attrs.get("class", "")`, `dict(attrs)["id"]`."""
    for node in walk(value):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "get"
            and node.args
        ):
            return text_of(node.args[0])
        if isinstance(node, ast.Subscript):
            return text_of(node.slice)
    return None


def _attribute(test: ast.Compare, tag: str, names: dict[str, str]) -> Iterable[tuple[str, str]]:
    """What a comparison asks of an attribute: it is a text, or has it in it; `("class", "lead") in attrs`."""
    left, right = test.left, test.comparators[0]
    if isinstance(left, ast.Tuple) and len(left.elts) == 2 and isinstance(test.ops[0], ast.In):
        name, value = map(text_of, left.elts)
        yield from [(name, value)] if name is not None and value is not None else []
    elif not _is(left, tag) and isinstance(test.ops[0], (ast.In, ast.Eq)):
        holder, said = (right, left) if isinstance(test.ops[0], ast.In) else (left, right)
        value = text_of(said)
        name = names.get(holder.id, CLASS) if isinstance(holder, ast.Name) else _asked(holder)
        yield from [(name, value)] if name is not None and value is not None else []


def _texts(node: ast.expr) -> tuple[str, ...]:
    text = text_of(node)
    return (text,) if text is not None else texts_in(node, {})


def _is(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
