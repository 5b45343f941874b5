"""The column whose cells are names of folders, one for each class: `path.parent.name in set(frame["species"])`."""

from __future__ import annotations

import ast

from .shared_keys import Keys, name_of

ASKED = ("get", "index")


def folder_column(keys: Keys) -> str | None:
    """The column, None where no name of a folder is held against one."""
    for node in keys.nodes:
        pair: tuple[ast.expr, ast.expr] | None = None
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn)):
            pair = node.comparators[0], node.left
        elif isinstance(node, ast.Subscript):
            pair = node.value, node.slice
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ASKED
            and node.args
        ):
            pair = node.func.value, node.args[0]
        if pair is not None and _is_folder(pair[1], keys):
            column = keys.keyed(pair[0]) or keys.column(pair[0])
            if column is not None:
                return column
    return None


def _is_folder(node: ast.AST, keys: Keys) -> bool:
    """`path.parent.name`, `os.path.basename(os.path.dirname(path))`, `path.split("/")[-2]`."""
    if isinstance(node, ast.Name):
        return any(_is_folder(value, keys) for value in keys.bound(node.id) if not isinstance(value, ast.Name))
    if isinstance(node, ast.Attribute):
        return node.attr == "name" and isinstance(node.value, ast.Attribute) and node.value.attr == "parent"
    if isinstance(node, ast.Call):
        inner = node.args[0] if node.args and name_of(node.func) == "basename" else None
        return isinstance(inner, ast.Call) and name_of(inner.func) == "dirname"
    if not isinstance(node, ast.Subscript):
        return False
    parts = node.value
    split = (isinstance(parts, ast.Call) and name_of(parts.func) == "split") or name_of(parts) == "parts"
    return split and ast.unparse(node.slice) == "-2"
