"""How a directory can be written once more at another place of the script."""

from __future__ import annotations

import json

import libcst as cst

from lora_lint.fixes.writing.tree import calls_in, nodes_in
from lora_lint.flow.values import Bound, Func, Lib, Method, Text
from lora_lint.flow.view import Level, View
from lora_lint.knowledge import repeatable as known
from lora_lint.lifecycle.places import Place

QUIET = (cst.Return, cst.Assign, cst.AnnAssign, cst.Expr)
NAMED = known.METHODS | {name.rpartition(".")[2] for name in known.FUNCTIONS}
EFFECTS = (cst.NamedExpr, cst.Await, cst.Yield, cst.BaseComp)


def written(view: View, level: Level, place: Place, node: cst.BaseExpression | None) -> cst.BaseExpression | None:
    """An expression for a directory at a level: the one given where it means the same, a name, or a literal."""
    if node is not None:
        found = view.place(node, level)
        if found is not None and found.segments == place.segments and repeatable(node, view, level):
            return node
    names = view.place_names(place, level)
    if names:
        return cst.parse_expression(names[0])
    return cst.parse_expression(quoted(place.literal)) if place.literal is not None else None


def bound_to(tree: cst.Module, node: cst.BaseExpression | None) -> cst.BaseExpression | None:
    """What a variable is given, in a module that gives it something once: it may stand further down than the place
    where the variable is asked for."""
    if not isinstance(node, cst.Name):
        return None
    lines = [n for n in nodes_in(tree) if isinstance(n, cst.Assign) and len(n.targets) == 1]
    given = [n.value for n in lines if isinstance(to := n.targets[0].target, cst.Name) and to.value == node.value]
    return given[0] if len(given) == 1 else None


def quoted(text: str) -> str:
    """A text as a string literal on one line: what JSON makes of it is one for Python, too."""
    return json.dumps(text, ensure_ascii=False)


def repeatable(node: cst.BaseExpression, view: View, level: Level) -> bool:
    """May an expression be evaluated twice, once here and once where it stands, with the same result and no effect?

    `next(names)`, `mkdtemp()` and `out := "x"` may not. Nor is a text of several lines written again: the line that
    it is put into may be indented.
    """
    if _holds(node, EFFECTS) or _has_long_text(node):
        return False
    return all(_pure(call, view, level) for call in calls_in(node))


def _pure(call: cst.Call, view: View, level: Level) -> bool:
    callee = view.value(call.func, level)
    if isinstance(callee, Lib):
        return callee.name in known.FUNCTIONS
    if isinstance(callee, Method):
        callee = callee.func
    if isinstance(callee, Func):
        return _only_returns(callee)
    if isinstance(callee, Bound) and isinstance(callee.receiver, Text) and callee.receiver.path:
        return callee.name in known.METHODS and callee.name != "replace"  # which moves a file
    return isinstance(call.func, cst.Attribute) and call.func.attr.value in known.METHODS


def _only_returns(function: Func) -> bool:
    """A function that puts a path together and does nothing else, as far as the names of what it calls tell."""
    body = function.node.body
    if isinstance(body, cst.BaseSuite):
        for line in body.body:
            smalls = line.body if isinstance(line, cst.SimpleStatementLine) else [line]
            if not all(isinstance(small, QUIET) for small in smalls):
                return False
    return not _holds(body, EFFECTS) and all(_named(call) in NAMED for call in calls_in(body))


def _named(call: cst.Call) -> str:
    func = call.func
    return func.attr.value if isinstance(func, cst.Attribute) else func.value if isinstance(func, cst.Name) else ""


def _holds(node: cst.CSTNode, kinds: tuple[type[cst.CSTNode], ...]) -> bool:
    return any(isinstance(inner, kinds) for inner in nodes_in(node))


def _has_long_text(node: cst.CSTNode) -> bool:
    texts = (cst.SimpleString, cst.FormattedStringText)
    return any(isinstance(inner, texts) and "\n" in inner.value for inner in nodes_in(node))
