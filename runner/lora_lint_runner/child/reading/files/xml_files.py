"""Files that a script reads as XML, whatever they are called: `ET.parse(args.collection)`."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ..walking import walk
from .origins import Origins, called

PARSING = ("parse", "iterparse", "fromstring", "XML", "parseString")


def xml_files(origins: Origins, trees: Iterable[ast.Module]) -> frozenset[str]:
    """Their names, or patterns of them."""
    modules = {name for tree in trees for name in _modules(tree)}
    found: frozenset[str] = frozenset()
    for call in [n for n in origins.nodes if isinstance(n, ast.Call) and called(n) in PARSING and n.args]:
        owner = call.func.value if isinstance(call.func, ast.Attribute) else call.func
        if modules.intersection(n.id for n in ast.walk(owner) if isinstance(n, ast.Name)):
            asked = call.args[0]
            found |= (origins.read_at(asked) if isinstance(asked, ast.Name) else frozenset()) or origins.names.of(asked)
    return found


def _modules(tree: ast.Module) -> Iterator[str]:
    """What the libraries that parse XML, or their functions, are called in a module."""
    for node in walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            home = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            for alias in node.names:
                if f"{home}{alias.name}".startswith(("xml.", "lxml.", "defusedxml.")):
                    yield alias.asname or alias.name.partition(".")[0]
