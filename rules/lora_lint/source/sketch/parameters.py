"""The parameters of functions and lambdas."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import libcst as cst

from lora_lint.source.sketch import made
from lora_lint.source.sketch.draft import Draft

NONE = cst.MaybeSentinel.DEFAULT
STAR, SLASH = cst.ParamStar(), cst.ParamSlash()


def parameters(draft: Draft, node: ast.arguments) -> cst.Parameters:
    before = [*node.posonlyargs, *node.args]
    usual: Sequence[ast.expr | None] = [*[None] * (len(before) - len(node.defaults)), *node.defaults]
    positional = [_param(draft, *both) for both in zip(before, usual)]
    named = [_param(draft, *both) for both in zip(node.kwonlyargs, node.kw_defaults)]
    only = len(node.posonlyargs)
    star: object = STAR if named else NONE
    if node.vararg is not None:
        star = _param(draft, node.vararg)
    rest = _param(draft, node.kwarg) if node.kwarg is not None else None
    return made.parameters(positional[only:], star, named, rest, positional[:only], SLASH if only else NONE)


def _param(draft: Draft, node: ast.arg, usual: ast.expr | None = None) -> cst.Param:
    return made.param(made.name(node.arg), annotation(draft, node.annotation), draft.optional(usual))


def annotation(draft: Draft, node: ast.expr | None) -> cst.Annotation | None:
    return made.annotation(draft.expression(node)) if node is not None else None
