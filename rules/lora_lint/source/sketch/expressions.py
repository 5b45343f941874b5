"""Expressions of Python's tree as LibCST's."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

import libcst as cst
from libcst import native  # type: ignore[attr-defined]

from lora_lint.source.sketch import made
from lora_lint.source.sketch.draft import Draft, Unusual
from lora_lint.source.sketch.formatted import QUOTES, formatted
from lora_lint.source.sketch.operators import ASYNCHRONOUS, BINARY, BOOLEAN, COMPARING, UNARY
from lora_lint.source.sketch.parameters import parameters

place = attrgetter("lineno", "col_offset")


def _name(draft: Draft, node: ast.Name) -> cst.Name:
    return made.name(node.id)


def _attribute(draft: Draft, node: ast.Attribute) -> cst.Attribute:
    return made.attribute(draft.expression(node.value), made.name(node.attr))


def _call(draft: Draft, node: ast.Call) -> cst.Call:
    return made.call(draft.expression(node.func), arguments(draft, node.args, node.keywords))


def arguments(draft: Draft, positional: Sequence[ast.expr], named: Sequence[ast.keyword]) -> list[cst.Arg]:
    """Arguments in the order of the text: `*rest` may stand behind named ones."""
    given: Sequence[Any] = [*positional, *named]
    if positional and named and place(positional[-1]) > place(named[0]):
        given = sorted(given, key=place)
    found = []
    for each in given:
        kind = type(each)
        if kind is ast.keyword:
            keyword = made.name(each.arg) if each.arg is not None else None
            found.append(made.arg(draft.expression(each.value), keyword, "" if keyword is not None else "**"))
        elif kind is ast.Starred:
            found.append(made.arg(draft.expression(each.value), None, "*"))
        else:
            found.append(made.arg(draft.expression(each), None, ""))
    return found


# -- literals ----------------------------------------------------------------------------------------------------------

NUMBERS: dict[type, Callable[[str], cst.BaseExpression]] = {
    int: made.integer,
    float: made.floating,
    complex: made.imaginary,
}


def _constant(draft: Draft, node: ast.Constant) -> cst.BaseExpression:
    kind = type(node.value)
    if kind is str or kind is bytes:
        text = draft.text(node)
        return made.simple_string(text) if _is_one(text) else _as_written(text)
    if kind in NUMBERS:
        return NUMBERS[kind](draft.text(node))
    return made.ellipsis() if node.value is ... else made.name(repr(node.value))


def _is_one(text: str) -> bool:
    """Is this one string, as far as a look at its quotes tells, and not several in a row?"""
    if text[0] in QUOTES and text.find(text[0], 1) == len(text) - 1:
        return True  # as nearly all are written
    start = 0 if text[0] in QUOTES else next((i for i, character in enumerate(text) if character in QUOTES), 0)
    quote = text[start : start + 3]
    if quote not in ("'''", '"""') or len(text) - start < 6:
        quote = quote[:1]
    return text.find(quote, start + len(quote)) == len(text) - len(quote)


def _as_written(text: str) -> cst.BaseExpression:
    """What Python's tree leaves out of a literal (strings in a row, all but the values in an f-string) LibCST tells."""
    try:
        return native.parse_expression(f"({text})")  # type: ignore[no-any-return]
    except cst.ParserSyntaxError:
        raise Unusual from None


def _formatted(draft: Draft, node: ast.JoinedStr) -> cst.BaseExpression:
    text = draft.text(node)
    return formatted(draft, node, text) or _as_written(text)


# -- displays ----------------------------------------------------------------------------------------------------------


def _elements(draft: Draft, nodes: Sequence[ast.expr]) -> list[cst.BaseElement]:
    return [
        made.starred_element(draft.expression(node.value))
        if type(node) is ast.Starred
        else made.element(draft.expression(node))
        for node in nodes
    ]


def tuple_(draft: Draft, nodes: Sequence[ast.expr]) -> cst.Tuple:
    return made.tuple_(_elements(draft, nodes))


def _tuple(draft: Draft, node: ast.Tuple) -> cst.Tuple:
    return tuple_(draft, node.elts)


def _list(draft: Draft, node: ast.List) -> cst.List:
    return made.list_(_elements(draft, node.elts))


def _set(draft: Draft, node: ast.Set) -> cst.Set:
    return made.set_(_elements(draft, node.elts))


def _dict(draft: Draft, node: ast.Dict) -> cst.Dict:
    return made.dict_(
        [
            made.dict_element(draft.expression(key), draft.expression(value))
            if key is not None
            else made.starred_dict_element(draft.expression(value))
            for key, value in zip(node.keys, node.values)
        ]
    )


# -- operations --------------------------------------------------------------------------------------------------------


def _binary(draft: Draft, node: ast.BinOp) -> cst.BinaryOperation:
    return made.binary(draft.expression(node.left), BINARY[type(node.op)], draft.expression(node.right))


def _boolean(draft: Draft, node: ast.BoolOp) -> cst.BooleanOperation:
    operator = BOOLEAN[type(node.op)]
    left, right, *others = [draft.expression(value) for value in node.values]
    found = made.boolean(left, operator, right)
    for number, other in enumerate(others, 2):
        draft.place_first(found, node, number)
        found = made.boolean(found, operator, other)
    return found


def _unary(draft: Draft, node: ast.UnaryOp) -> cst.UnaryOperation:
    return made.unary(UNARY[type(node.op)], draft.expression(node.operand))


def _comparison(draft: Draft, node: ast.Compare) -> cst.Comparison:
    left = draft.expression(node.left)
    targets = [
        made.comparison_target(COMPARING[type(operator)], draft.expression(other))
        for operator, other in zip(node.ops, node.comparators)
    ]
    return made.comparison(left, targets)


def _if(draft: Draft, node: ast.IfExp) -> cst.IfExp:
    return made.if_exp(draft.expression(node.test), draft.expression(node.body), draft.expression(node.orelse))


def _await(draft: Draft, node: ast.Await) -> cst.Await:
    return made.await_(draft.expression(node.value))


def _yield(draft: Draft, node: ast.Yield) -> cst.Yield:
    return made.yield_(draft.optional(node.value))


def _yield_from(draft: Draft, node: ast.YieldFrom) -> cst.Yield:
    return made.yield_(made.from_(draft.expression(node.value)))


def _named(draft: Draft, node: ast.NamedExpr) -> cst.NamedExpr:
    return made.named_expr(draft.expression(node.target), draft.expression(node.value))


def _lambda(draft: Draft, node: ast.Lambda) -> cst.Lambda:
    return made.lambda_(parameters(draft, node.args), draft.expression(node.body))


# -- items -------------------------------------------------------------------------------------------------------------


def _subscript(draft: Draft, node: ast.Subscript) -> cst.Subscript:
    asked = node.slice
    several = isinstance(asked, ast.Tuple) and asked.elts and not _in_brackets(draft.text(asked))
    parts = asked.elts if isinstance(asked, ast.Tuple) and several else [asked]
    return made.subscript(
        draft.expression(node.value), [made.subscript_element(_subscripted(draft, part)) for part in parts]
    )


def _in_brackets(text: str) -> bool:
    """Does a tuple have brackets of its own? `(a, b)` has, `(a), (b)` has not."""
    if not (text.startswith("(") and text.endswith(")")):
        return False
    asked = _as_written(f"x[{text}]")
    return isinstance(asked, cst.Subscript) and len(asked.slice) == 1


def _subscripted(draft: Draft, node: ast.expr) -> cst.BaseSlice:
    if type(node) is ast.Slice:
        return made.slice_(draft.optional(node.lower), draft.optional(node.upper), draft.optional(node.step))
    if type(node) is ast.Starred:
        return made.index(draft.expression(node.value), "*")
    return made.index(draft.expression(node), None)


# -- comprehensions ----------------------------------------------------------------------------------------------------


def _clauses(draft: Draft, nodes: Sequence[ast.comprehension]) -> cst.CompFor | None:
    inner: cst.CompFor | None = None
    for node in reversed(nodes):
        target, over = draft.expression(node.target), draft.expression(node.iter)
        tests = [made.comp_if(draft.expression(test)) for test in node.ifs]
        inner = made.comp_for(target, over, tests, inner, ASYNCHRONOUS if node.is_async else None)
    return inner


def _comprehension(make: Callable[..., Any]) -> Callable[[Draft, Any], Any]:
    def read(draft: Draft, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Any:
        return make(draft.expression(node.elt), _clauses(draft, node.generators))

    return read


def _dict_comp(draft: Draft, node: ast.DictComp) -> cst.DictComp:
    return made.dict_comp(draft.expression(node.key), draft.expression(node.value), _clauses(draft, node.generators))


EXPRESSIONS: dict[type[ast.expr], Callable[[Draft, Any], Any]] = {
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.Constant: _constant,
    ast.JoinedStr: _formatted,
    ast.Tuple: _tuple,
    ast.List: _list,
    ast.Set: _set,
    ast.Dict: _dict,
    ast.BinOp: _binary,
    ast.BoolOp: _boolean,
    ast.UnaryOp: _unary,
    ast.Compare: _comparison,
    ast.IfExp: _if,
    ast.Await: _await,
    ast.Yield: _yield,
    ast.YieldFrom: _yield_from,
    ast.NamedExpr: _named,
    ast.Lambda: _lambda,
    ast.Subscript: _subscript,
    ast.ListComp: _comprehension(made.list_comp),
    ast.SetComp: _comprehension(made.set_comp),
    ast.GeneratorExp: _comprehension(made.generator_exp),
    ast.DictComp: _dict_comp,
}
