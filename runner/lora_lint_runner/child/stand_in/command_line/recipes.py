"""Scripts whose only argument is a file of settings (`if sys.argv[1].endswith(".yaml")`): one of the project's own."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator

from ...context import Run
from ...reading import sources
from ..made_up.files import settings

COLUMN = re.compile(r"\b\w*(?:column|field)(?:_name)?[\"']?\s*[:=]\s*[\"']?([A-Za-z_]\w*)")  # `summary_column: summary`


def recipe(run: Run) -> list[str]:
    """The words of such a command line; none where the script asks for no such file, or the project has none, or it is
    started without any and gives itself its options: `sys.argv.extend(["--do_train"])`."""
    trees = list(sources.trees(run.spec.script, run.spec.work))
    if any(map(_gives_options, ast.walk(trees[0]) if trees else ())):
        return []
    fields = {n.target.id for t in trees for n in ast.walk(t) if _is_field(n)}  # type: ignore[attr-defined]
    for suffix in dict.fromkeys(s for tree in trees for s in _suffixes(tree)):
        found = settings.own(run, suffix, frozenset(fields) | run.hints.strings)
        if found is not None:
            run.neutral(f"no arguments were given: the project's own {os.path.relpath(found, run.spec.work)}")
            with open(found, encoding="utf-8", errors="replace") as file:
                run.met.told_columns = COLUMN.findall(file.read())
            return [found]
    return []


def _is_field(node: ast.AST) -> bool:
    """A field of a class of arguments."""
    return isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)


def _gives_options(node: ast.AST) -> bool:
    """Does a statement put options of its own on the command line?"""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        put, values = node.func.value, list(node.args)
    elif isinstance(node, (ast.Assign, ast.AugAssign)):
        put, values = node.targets[0] if isinstance(node, ast.Assign) else node.target, [node.value]
    else:
        return False
    words = [n.value for value in values for n in ast.walk(value) if isinstance(n, ast.Constant)]
    return ast.unparse(put) == "sys.argv" and any(str(word).startswith("--") for word in words)


def _suffixes(tree: ast.Module) -> Iterator[str]:
    """The suffixes of files of settings that a word of the command line is asked for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "endswith":
            asked = [a for a in ast.walk(node) if isinstance(a, ast.Constant) and a.value in settings.KINDS]
            if "sys.argv[" in ast.unparse(node.func.value):
                yield from (str(a.value) for a in asked)
