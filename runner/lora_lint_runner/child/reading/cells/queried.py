"""The columns that a table of pandas is asked for in words: `frame.query("lang == 'en' and n > 4 and not spam")`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .shape import ANY, Shape
from .tables import calls, text_of

OUTSIDE = re.compile(r"@(\w+)")  # a variable of the script's
GIVEN = "__given__"
SAME = (ast.Eq, ast.In)


def queried(tree: ast.Module) -> Iterator[tuple[str, Shape]]:
    """Each column, with what it is held against, or as a switch where it stands by itself beside others: one word alone
    may be what any index is asked for."""
    for call in calls(tree, "query"):
        text = text_of(call.args[0]) if call.args else None
        asked = _parsed(OUTSIDE.sub(GIVEN, text)) if text is not None else None
        if asked is not None and not isinstance(asked, ast.Name):
            yield from _asked(asked)


def _parsed(text: str) -> ast.expr | None:
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return None


def _asked(node: ast.expr) -> Iterator[tuple[str, Shape]]:
    if isinstance(node, ast.BoolOp):
        for part in node.values:
            yield from _asked(part)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.BitAnd, ast.BitOr)):
        yield from (*_asked(node.left), *_asked(node.right))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.Invert)):
        yield from _asked(node.operand)
    elif isinstance(node, ast.Name) and node.id != GIVEN:
        yield node.id, Shape("bool")
    elif isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        for side in [side for side in sides if isinstance(side, ast.Name) and side.id != GIVEN]:
            yield side.id, _held_against([other for other in sides if other is not side], node.ops[0])


def _held_against(others: list[ast.expr], order: ast.cmpop) -> Shape:
    """Texts that it may be, or numbers; of those that it is not, only the kind."""
    parts = [part for other in others for part in (getattr(other, "elts", None) or [other])]
    plain = [part.operand if isinstance(part, ast.UnaryOp) else part for part in parts]
    values = [part.value for part in plain if isinstance(part, ast.Constant)]
    kinds = {type(value) for value in values}
    kept = tuple(values) if isinstance(order, SAME) else ()
    if kinds == {str}:
        return Shape("text", values=kept)
    if kinds == {bool}:
        return Shape("bool")
    return Shape("float" if float in kinds else "int") if kinds and kinds <= {int, float} else ANY
