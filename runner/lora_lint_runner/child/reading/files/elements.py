"""The elements of XML that a script looks for: `root.iter("article")`, `article.findtext(".//title")`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ..literals import literals, texts_in
from ..walking import walk

MANY = ("iter", "findall", "iterfind", "iterparse", "find_all", "getElementsByTagName", "xpath")
ONE = ("find", "findtext")
NUMBERS = ("int", "float")
NO_NAME = re.compile(r"^\.?/+|\{[^}]*\}|\[[^]]*\]")  # `.//`, a namespace, a condition


class Elements(NamedTuple):
    """`each` are gone through, one below the other; `single` is looked for in them, as paths; the text of `numbers` is
    one. `attributes` are those of any, with the values that the script knows, or with none; `numbers` may be theirs."""

    each: tuple[str, ...] = ()
    single: tuple[str, ...] = ()
    numbers: frozenset[str] = frozenset()
    attributes: tuple[tuple[str, tuple[str, ...]], ...] = ()


def elements(trees: Iterable[ast.Module]) -> Elements:
    """Reads modules that read XML; of others nothing."""
    each: dict[str, None] = {}
    single: dict[str, None] = {}
    numbers: set[str] = set()
    attributes: dict[str, dict[str, None]] = {}
    for tree in trees:
        if not any(isinstance(n, (ast.Import, ast.ImportFrom)) and _of_xml(n) for n in walk(tree)):
            continue
        parents = {child: node for node in walk(tree) for child in ast.iter_child_nodes(node)}
        known = literals(tree)
        below: dict[str, str] = {}  # variables that hold an element which was looked for in another
        for node in walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
                continue
            said = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
            tag = NO_NAME.sub("", said) if isinstance(said, str) else ""
            if not re.fullmatch(r"[\w./-]+", tag):
                continue
            home = below.get(getattr(node.func.value, "id", ""), "")
            tag = f"{home}/{tag}" if home and node.func.attr != "get" else tag
            above = parents.get(node)
            if node.func.attr in MANY and "/" not in tag:
                each.setdefault(tag)
            elif node.func.attr in (*ONE, *MANY):
                single.setdefault(tag)
                if isinstance(above, ast.Assign) and isinstance(above.targets[0], ast.Name):
                    below[above.targets[0].id] = tag
                above = parents.get(above) if isinstance(above, ast.Attribute) else above
                if isinstance(above, ast.Call) and getattr(above.func, "id", "") in NUMBERS:
                    numbers.add(tag.rsplit("/", 1)[-1])
            elif node.func.attr == "get":
                attributes.setdefault(tag, {}).update(dict.fromkeys(_looked_up(node, above, known)))
                if isinstance(above, ast.Call) and getattr(above.func, "id", "") in NUMBERS:
                    numbers.add(tag)
    told = tuple((name, tuple(values)) for name, values in attributes.items())
    return Elements(tuple(each), tuple(single), frozenset(numbers), told)


def _looked_up(node: ast.expr, above: ast.AST | None, known: Mapping[str, list[Any]]) -> list[str]:
    """The values that an attribute may have: it is looked for in a table (`KINDS[a.get("kind")]`), or held against."""
    among: list[ast.expr] = []
    if isinstance(above, ast.Subscript) and above.slice is node:
        among = [above.value]
    elif isinstance(above, ast.Compare):
        among = [part for part in (above.left, *above.comparators) if part is not node]
    return [value for part in among for value in texts_in(part, known)]


def _of_xml(node: ast.Import | ast.ImportFrom) -> bool:
    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    return any(name.startswith(("xml.", "lxml")) for name in names)
