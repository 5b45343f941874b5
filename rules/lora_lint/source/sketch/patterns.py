"""The patterns of `case`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from lora_lint.source.sketch import made
from lora_lint.source.sketch.draft import Draft, Unusual


def pattern(draft: Draft, node: ast.pattern) -> Any:
    found = PATTERNS[type(node)](draft, node)
    draft.places[id(found)] = node
    return found


def _optional_name(name: str | None) -> cst.Name | None:
    return made.name(name) if name is not None else None


def _value(draft: Draft, node: ast.MatchValue) -> cst.MatchValue:
    return made.match_value(draft.expression(node.value))


def _singleton(draft: Draft, node: ast.MatchSingleton) -> cst.MatchSingleton:
    return made.match_singleton(made.name(repr(node.value)))


def _sequence(draft: Draft, node: ast.MatchSequence) -> cst.MatchSequence:
    text = draft.text(node)
    if text.startswith("(") and ")" in text[1:-1]:
        raise Unusual  # `(a), (b)` is none in brackets
    items = _elements(draft, node.patterns)
    return made.match_tuple(items) if text.startswith("(") else made.match_list(items)


def _elements(draft: Draft, nodes: Sequence[ast.pattern]) -> list[cst.MatchSequenceElement | cst.MatchStar]:
    return [
        made.match_star(_optional_name(node.name))
        if type(node) is ast.MatchStar
        else made.match_sequence_element(pattern(draft, node))
        for node in nodes
    ]


def _mapping(draft: Draft, node: ast.MatchMapping) -> cst.MatchMapping:
    elements = [
        made.match_mapping_element(draft.expression(key), pattern(draft, inner))
        for key, inner in zip(node.keys, node.patterns)
    ]
    return made.match_mapping(elements, _optional_name(node.rest))


def _class(draft: Draft, node: ast.MatchClass) -> cst.MatchClass:
    named = [
        made.match_keyword_element(made.name(key), pattern(draft, inner))
        for key, inner in zip(node.kwd_attrs, node.kwd_patterns)
    ]
    return made.match_class(draft.expression(node.cls), _elements(draft, node.patterns), named)


def _as(draft: Draft, node: ast.MatchAs) -> cst.MatchAs:
    return made.match_as(pattern(draft, node.pattern) if node.pattern is not None else None, _optional_name(node.name))


def _or(draft: Draft, node: ast.MatchOr) -> cst.MatchOr:
    return made.match_or([made.match_or_element(pattern(draft, inner)) for inner in node.patterns])


PATTERNS: dict[type[ast.pattern], Callable[[Draft, Any], Any]] = {
    ast.MatchValue: _value,
    ast.MatchSingleton: _singleton,
    ast.MatchSequence: _sequence,
    ast.MatchMapping: _mapping,
    ast.MatchClass: _class,
    ast.MatchAs: _as,
    ast.MatchOr: _or,
}
