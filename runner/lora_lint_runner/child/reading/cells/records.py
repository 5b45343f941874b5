"""Classes that a script makes of its rows (`[Example(**row) for row in rows]`): their fields are columns."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ..walking import walk
from .shape import ANY, Shape

PARSING = ("model_validate", "model_validate_json", "parse_obj", "parse_raw")  # of pydantic
PLAIN = {"str": "text", "int": "int", "float": "float", "bool": "bool", "datetime": "date", "date": "date"}
MANY = ("list", "List", "Sequence", "tuple", "Tuple")
TABLES = ("dict", "Dict", "Mapping")
DEPTH = 3


def columns(trees: Iterable[ast.Module]) -> dict[str, Shape]:
    """The fields of each class of the project that is made of a row."""
    modules = list(trees)
    classes = {n.name: n for tree in modules for n in walk(tree) if isinstance(n, ast.ClassDef)}
    made = {name for tree in modules for name in _made(tree) if name in classes}
    return {name: shape for owner in sorted(made) for name, shape in _fields(classes, owner)}


def _made(tree: ast.Module) -> Iterator[str]:
    """The names of what is called with the parts of a row: of something that a loop goes through, or of a line that is
    parsed."""
    targets = {n.id for n in walk(tree) if isinstance(n, (ast.For, ast.comprehension)) for n in _names(n.target)}
    for node in walk(tree):
        if not isinstance(node, ast.Call):
            continue
        whole = isinstance(node.func, ast.Attribute) and node.func.attr in PARSING
        given = node.args[:1] if whole else [k.value for k in node.keywords if k.arg is None]
        if any(_is_row(value, targets) for value in given):
            home = node.func.value if whole and isinstance(node.func, ast.Attribute) else node.func
            yield getattr(home, "attr", getattr(home, "id", ""))


def _is_row(value: ast.expr, targets: set[str]) -> bool:
    parsed = isinstance(value, ast.Call) and getattr(value.func, "attr", "") == "loads"
    return parsed or (isinstance(value, ast.Name) and value.id in targets)


def _names(target: ast.AST) -> Iterator[ast.Name]:
    return (n for n in walk(target) if isinstance(n, ast.Name))


def _fields(classes: dict[str, ast.ClassDef], owner: str, depth: int = 0) -> Iterator[tuple[str, Shape]]:
    for base in classes[owner].bases:
        if getattr(base, "id", "") in classes and depth < DEPTH:
            yield from _fields(classes, getattr(base, "id", ""), depth + 1)
    for node in classes[owner].body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, _shape(classes, node.annotation, depth)


def _shape(classes: dict[str, ast.ClassDef], said: ast.expr, depth: int) -> Shape:
    """What an annotation says of a value."""
    if isinstance(said, ast.BinOp):  # `str | None`
        return _shape(classes, said.left, depth)
    if isinstance(said, ast.Subscript):
        name = getattr(said.value, "attr", getattr(said.value, "id", ""))
        inner = said.slice.elts[0] if isinstance(said.slice, ast.Tuple) and said.slice.elts else said.slice
        if name == "Literal":
            parts = said.slice.elts if isinstance(said.slice, ast.Tuple) else [said.slice]
            return Shape("text", values=tuple(p.value for p in parts if isinstance(p, ast.Constant)))
        if name in MANY:
            return Shape("list", _shape(classes, inner, depth))
        return Shape("record") if name in TABLES else _shape(classes, inner, depth)
    name = getattr(said, "attr", getattr(said, "id", ""))
    if name in classes and depth < DEPTH:
        return Shape("record", fields=tuple(_fields(classes, name, depth + 1)))
    if name in (*MANY, *TABLES):
        return Shape("list", ANY) if name in MANY else Shape("record")
    return Shape(PLAIN[name]) if name in PLAIN else ANY
