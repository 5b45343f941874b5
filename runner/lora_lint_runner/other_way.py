"""Options with which a script takes another way, to a correction that did not run: what stands under the else of
`if args.quantize:` is reached with `--no_quantize`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

import lora_lint
from lora_lint_runner.verdict.guarding import around

Asked = tuple[str, object]


def learned_of(ways: Mapping[str, object], learned: Mapping[str, Any]) -> dict[str, Any]:
    """What an attempt knows that takes these ways and knew so much before."""
    on = [name for name, value in ways.items() if value is not False]
    values = {name: value for name, value in ways.items() if not isinstance(value, bool)}
    return {
        **learned,
        "arguments": sorted({*learned.get("arguments", ()), *on}),
        "values": {**learned.get("values", {}), **values},
        "off": sorted({*learned.get("off", ()), *(ways.keys() - set(on))}),
    }


def ways_to(source: str, row: int, options: Mapping[str, object]) -> dict[str, object]:
    """The options that the tests around a row ask to be other than they are."""
    try:
        tree = lora_lint.python_tree(source)
    except (SyntaxError, ValueError, RecursionError):
        return {}
    asked: list[Asked] = []
    for node, inside in around(tree, row):
        if isinstance(node, ast.If) and inside is not node.test:
            asked += _asked(node.test, wanted=any(part is inside for part in node.body))
    return {name: value for name, value in asked if name in options and options[name] != value}


def _asked(test: ast.expr, *, wanted: bool) -> Iterator[Asked]:
    """What options are to be for a test to come out so."""
    if isinstance(test, ast.BoolOp):
        whole = isinstance(test.op, ast.And) == wanted  # all of it, or any
        for part in test.values if whole else test.values[:1]:
            yield from _asked(part, wanted=wanted)
    elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        yield from _asked(test.operand, wanted=not wanted)
    elif isinstance(test, (ast.Name, ast.Attribute)):
        yield test.id if isinstance(test, ast.Name) else test.attr, wanted
    elif isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Eq if wanted else ast.NotEq):
        for name, _ in _asked(test.left, wanted=True):
            if isinstance(test.comparators[0], ast.Constant) and isinstance(test.comparators[0].value, (str, int)):
                yield name, test.comparators[0].value
