"""Files that a script reads as bare numbers: `np.memmap(path, dtype=np.uint16, mode="r")`, `np.fromfile(path)`."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from ..walking import walk
from .file_names import FileNames

READING = {"memmap": "uint8", "fromfile": "float64"}  # and what they take the numbers for


def raw_arrays(trees: Iterable[ast.Module]) -> dict[str, str]:
    """The types of their numbers, by the names of files or patterns of them."""
    modules = list(trees)
    names = FileNames(modules)
    found: dict[str, str] = {}
    for node in [n for tree in modules for n in walk(tree) if isinstance(n, ast.Call)]:
        usual = READING.get(node.func.attr) if isinstance(node.func, ast.Attribute) else None
        if usual is None or not node.args:
            continue
        given = [*node.args[1:2], *(k.value for k in node.keywords if k.arg == "dtype")]
        kind = _kind(given[0]) if given else usual
        found.update(dict.fromkeys(names.of(node.args[0]) or {"*"}, kind))
    return found


def _kind(node: ast.expr) -> str:
    """`np.uint16`, `"uint16"`; what is not written down is taken for tokens."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    return node.attr if isinstance(node, ast.Attribute) and node.attr != "dtype" else "uint16"
