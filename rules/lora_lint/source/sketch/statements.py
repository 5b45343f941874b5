"""Statements of Python's tree as LibCST's."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from lora_lint.source.sketch import made
from lora_lint.source.sketch.draft import Draft, Unusual
from lora_lint.source.sketch.expressions import arguments, tuple_
from lora_lint.source.sketch.operators import ASSIGNING, ASYNCHRONOUS
from lora_lint.source.sketch.parameters import annotation, parameters
from lora_lint.source.sketch.patterns import pattern


def body(draft: Draft, nodes: Sequence[ast.stmt]) -> list[cst.CSTNode]:
    """Statements one after the other: compound ones, and lines of simple ones."""
    found: list[cst.CSTNode] = []
    line: list[cst.CSTNode] = []
    for node in nodes:
        kind = type(node)
        compound = COMPOUND.get(kind)
        if compound is not None:
            part = compound(draft, node)
            found.append(part)
        else:
            part = _simple(draft, node)
            if draft.begins_line(node):
                line = [part]
                found.append(made.line(line))
            else:
                line.append(part)
        draft.places[id(part)] = node
    return found


def _simple(draft: Draft, node: ast.stmt) -> Any:
    read = SIMPLE.get(type(node))
    if read is None:
        raise Unusual
    return read(draft, node)


def _suite(draft: Draft, nodes: Sequence[ast.stmt]) -> cst.BaseSuite:
    """The body of a compound statement: indented, or on the line that it begins with."""
    first = nodes[0]
    if draft.begins_line(first):
        draft.indent = draft.indent or draft.lines[first.lineno - 1][: first.col_offset]
        return made.block(body(draft, nodes))
    found = []
    for node in nodes:
        part = _simple(draft, node)
        draft.places[id(part)] = node
        found.append(part)
    return made.suite(found)


# -- simple ------------------------------------------------------------------------------------------------------------


def _expr(draft: Draft, node: ast.Expr) -> cst.Expr:
    return made.expr(draft.expression(node.value))


def _assign(draft: Draft, node: ast.Assign) -> cst.Assign:
    targets = [made.assign_target(draft.expression(target)) for target in node.targets]
    return made.assign(targets, draft.expression(node.value))


def _aug_assign(draft: Draft, node: ast.AugAssign) -> cst.AugAssign:
    return made.aug_assign(draft.expression(node.target), ASSIGNING[type(node.op)], draft.expression(node.value))


def _ann_assign(draft: Draft, node: ast.AnnAssign) -> cst.AnnAssign:
    return made.ann_assign(
        draft.expression(node.target), annotation(draft, node.annotation), draft.optional(node.value)
    )


def _return(draft: Draft, node: ast.Return) -> cst.Return:
    return made.return_(draft.optional(node.value))


def _del(draft: Draft, node: ast.Delete) -> cst.Del:
    if len(node.targets) == 1 and not draft.text(node).endswith(","):
        return made.del_(draft.expression(node.targets[0]))
    return made.del_(tuple_(draft, node.targets))


def _assert(draft: Draft, node: ast.Assert) -> cst.Assert:
    return made.assertion(draft.expression(node.test), draft.optional(node.msg))


def _raise(draft: Draft, node: ast.Raise) -> cst.Raise:
    cause = made.from_(draft.expression(node.cause)) if node.cause is not None else None
    return made.raise_(draft.optional(node.exc), cause)


def _global(draft: Draft, node: ast.Global) -> cst.Global:
    return made.global_([made.name_item(made.name(name)) for name in node.names])


def _nonlocal(draft: Draft, node: ast.Nonlocal) -> cst.Nonlocal:
    return made.nonlocal_([made.name_item(made.name(name)) for name in node.names])


def _import(draft: Draft, node: ast.Import) -> cst.Import:
    return made.import_([_alias(alias) for alias in node.names])


def _import_from(draft: Draft, node: ast.ImportFrom) -> cst.ImportFrom:
    names = made.import_star() if node.names[0].name == "*" else [_alias(alias) for alias in node.names]
    return made.import_from(
        _dotted(node.module) if node.module else None, names, [made.dot() for _ in range(node.level)]
    )


def _alias(node: ast.alias) -> cst.ImportAlias:
    return made.import_alias(_dotted(node.name), _as(made.name(node.asname) if node.asname is not None else None))


def _as(name: cst.BaseExpression | None) -> cst.AsName | None:
    return made.as_name(name) if name is not None else None


def _dotted(name: str) -> cst.BaseExpression:
    first, *others = name.split(".")
    found: cst.BaseExpression = made.name(first)
    for other in others:
        found = made.attribute(found, made.name(other))
    return found


# -- compound ----------------------------------------------------------------------------------------------------------


def _if(draft: Draft, node: ast.If) -> cst.If:
    test, inner = draft.expression(node.test), _suite(draft, node.body)
    if len(node.orelse) == 1 and type(node.orelse[0]) is ast.If:
        other = node.orelse[0]
        if draft.lines[other.lineno - 1].startswith("elif", other.col_offset):
            found = _if(draft, other)
            draft.places[id(found)] = other
            return made.if_(test, inner, found)
    return made.if_(test, inner, _else(draft, node.orelse))


def _else(draft: Draft, nodes: Sequence[ast.stmt]) -> cst.Else | None:
    return made.else_(_suite(draft, nodes)) if nodes else None


def _while(draft: Draft, node: ast.While) -> cst.While:
    return made.while_(draft.expression(node.test), _suite(draft, node.body), _else(draft, node.orelse))


def _for(draft: Draft, node: ast.For | ast.AsyncFor) -> cst.For:
    target, over = draft.expression(node.target), draft.expression(node.iter)
    asynchronous = ASYNCHRONOUS if type(node) is ast.AsyncFor else None
    return made.for_(target, over, _suite(draft, node.body), _else(draft, node.orelse), asynchronous)


def _with(draft: Draft, node: ast.With | ast.AsyncWith) -> cst.With:
    items = [
        made.with_item(draft.expression(item.context_expr), _as(draft.optional(item.optional_vars)))
        for item in node.items
    ]
    return made.with_(items, _suite(draft, node.body), ASYNCHRONOUS if type(node) is ast.AsyncWith else None)


def _try(draft: Draft, node: ast.Try) -> cst.Try:
    inner = _suite(draft, node.body)
    handlers = [_handler(draft, handler) for handler in node.handlers]
    last = made.finally_(_suite(draft, node.finalbody)) if node.finalbody else None
    return made.try_(inner, handlers, _else(draft, node.orelse), last)


def _handler(draft: Draft, node: ast.ExceptHandler) -> cst.ExceptHandler:
    kind, name = draft.optional(node.type), made.name(node.name) if node.name is not None else None
    return made.except_handler(_suite(draft, node.body), kind, _as(name))


def _match(draft: Draft, node: ast.Match) -> cst.Match:
    subject = draft.expression(node.subject)
    if not draft.indent:  # Python's tree does not say where a case begins: below the subject nothing else does so
        below = (line for line in draft.lines[node.subject.end_lineno :] if line.lstrip().startswith("case"))
        draft.indent = next(below).partition("case")[0]
    cases = [
        made.match_case(pattern(draft, case.pattern), draft.optional(case.guard), _suite(draft, case.body))
        for case in node.cases
    ]
    return made.match_(subject, cases)


def _function(draft: Draft, node: ast.FunctionDef | ast.AsyncFunctionDef) -> cst.FunctionDef:
    if getattr(node, "type_params", None):
        raise Unusual
    decorators = _decorators(draft, node.decorator_list)
    asynchronous = ASYNCHRONOUS if type(node) is ast.AsyncFunctionDef else None
    taken, returns = parameters(draft, node.args), annotation(draft, node.returns)
    return made.function_def(
        made.name(node.name), taken, _suite(draft, node.body), decorators, returns, asynchronous, None
    )


def _class(draft: Draft, node: ast.ClassDef) -> cst.ClassDef:
    if getattr(node, "type_params", None):
        raise Unusual
    decorators = _decorators(draft, node.decorator_list)
    given = arguments(draft, node.bases, node.keywords)
    first = next((i for i, arg in enumerate(given) if arg.keyword is not None or arg.star == "**"), len(given))
    inner = _suite(draft, node.body)
    return made.class_def(made.name(node.name), inner, given[:first], given[first:], decorators, None)


def _decorators(draft: Draft, nodes: Sequence[ast.expr]) -> list[cst.Decorator]:
    return [made.decorator(draft.expression(node)) for node in nodes]


Reads = Callable[[Draft, Any], Any]

SIMPLE: dict[type[ast.stmt], Reads] = {
    ast.Expr: _expr,
    ast.Assign: _assign,
    ast.AugAssign: _aug_assign,
    ast.AnnAssign: _ann_assign,
    ast.Return: _return,
    ast.Delete: _del,
    ast.Assert: _assert,
    ast.Raise: _raise,
    ast.Global: _global,
    ast.Nonlocal: _nonlocal,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Pass: lambda draft, node: made.pass_(),
    ast.Break: lambda draft, node: made.break_(),
    ast.Continue: lambda draft, node: made.continue_(),
}
COMPOUND: dict[type[ast.stmt], Reads] = {
    ast.If: _if,
    ast.While: _while,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Try: _try,
    ast.Match: _match,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
}
