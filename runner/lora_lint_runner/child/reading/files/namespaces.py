"""The namespace of the elements of XML that a script looks for: `root.iterfind(".//a:Page", {"a": HOME})`,
`root.iter(f"{HOME}p")`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ..literals import bound
from ..walking import walk

PLAIN = "urn:document"  # where the script takes it from the document itself
ITS_OWN = ("xml", "xmlns")  # prefixes that need no namespace of the document's
BEFORE = re.compile(r"(?:^|(?<=/))[A-Za-z][\w-]*:(?=[A-Za-z])")  # the prefix of a tag
WRITTEN = re.compile(r"\{((?:https?|urn):[^{}]+)\}")
URI = re.compile(r"^\{?((?:https?|urn):[^{}\s]+)\}?$")
CALLED = re.compile(r"^(xml)?ns|ns$|namespace|xmlns", re.I)
LOOKING = ("iter", "findall", "iterfind", "find", "findtext", "xpath", "iterparse")
NAMED = re.compile(r"[A-Za-z][\w.-]*(/[A-Za-z][\w.-]*)*")


def path_in(node: ast.AST) -> str | None:
    """The path that an expression is, with `{}` in the place of a namespace that has a name; None, where it is none."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        last = path_in(node.right)
        return f"{{}}{last}" if last is not None and _is_namespace(node.left) else None
    if not isinstance(node, ast.JoinedStr):
        return None
    path = ""
    for part in node.values:
        if isinstance(part, ast.Constant):
            path += str(part.value)
        elif isinstance(part, ast.FormattedValue) and _is_namespace(part.value):
            path += "" if path.endswith("{") else "{}"
        else:
            return None
    return path


def _is_namespace(node: ast.expr) -> bool:
    """By what it is called: `NS`, `self.ns`, `NAMESPACES["tei"]`."""
    return any(CALLED.search(name) for name in _names(node))


def _names(node: ast.AST) -> list[str]:
    found = [n for n in walk(node) if isinstance(n, (ast.Name, ast.Attribute))]
    return [name for n in found if (name := n.id if isinstance(n, ast.Name) else n.attr) != "self"]


def namespace(tree: ast.Module) -> str:
    """What most of the elements are in that a module looks for; "" where that is none."""
    paths = {path: node for node in _looked_for(tree) if (path := path_in(node)) is not None}
    inside = [path for path in paths if _prefix(path) or ("{" in path and "{*}" not in path)]
    outside = [path for path in paths if NAMED.fullmatch(re.sub(r"^\.?/+", "", path))]
    if len(inside) <= len(outside):
        return ""
    known = {name: found[1] for name, value in bound(tree) if (found := _uri(value)) is not None}
    written = (found[1] for path in inside if (found := WRITTEN.search(path)) is not None)
    called = (known[name] for path in inside for name in _names(paths[path]) if name in known)
    prefixes = {_prefix(path) for path in inside}
    return next((uri for found in (written, called, _of_prefixes(tree, prefixes)) for uri in found), PLAIN)


def _looked_for(tree: ast.Module) -> Iterator[ast.expr]:
    """What elements are looked for by, and what their tags are held against."""
    for node in walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in LOOKING and node.args:
            yield node.args[0]
        elif isinstance(node, ast.Compare) and getattr(node.left, "attr", "") == "tag":
            yield from (part for other in node.comparators for part in getattr(other, "elts", [other]))


def _prefix(path: str) -> str:
    found = BEFORE.search(path)
    prefix = found[0][:-1] if found is not None else ""
    return "" if prefix in ITS_OWN else prefix


def _uri(node: ast.AST) -> re.Match[str] | None:
    return URI.match(node.value) if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _of_prefixes(tree: ast.Module, prefixes: set[str]) -> Iterator[str]:
    """What a table says that prefixes stand for: `{"tei": "http://www.tei-c.org/ns/1.0"}`."""
    for table in [n for n in walk(tree) if isinstance(n, ast.Dict)]:
        for key, value in zip(table.keys, table.values):
            if isinstance(key, ast.Constant) and key.value in prefixes and (found := _uri(value)) is not None:
                yield found[1]
