"""What a sketch lacks, from LibCST's own tree of the same text: whitespace, commas, brackets, comments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any, NamedTuple

import libcst as cst

from lora_lint.source.sketch.made import MEANING

Get = Callable[[Any], Any]
Put = Callable[[Any, Any], None]


class Different(Exception):
    """A sketch is not of the tree that LibCST reads: a fault of the sketch."""


class Fields(NamedTuple):
    """How the fields of a kind of node are read and written: what a sketch has of it, and what it lacks."""

    meaning: list[tuple[Get, Put]]
    lacking: list[tuple[Get, Put]]


FIELDS: dict[type, Fields] = {}  # of the kinds that were met


def _fields(kind: Any) -> Fields:
    if kind in FIELDS:
        return FIELDS[kind]
    found = FIELDS[kind] = Fields([], [])
    for field in fields(kind):
        slot = getattr(kind, field.name)
        (found.meaning if field.name in MEANING[kind] else found.lacking).append((slot.__get__, slot.__set__))
    return found


def complete(sketch: cst.Module, text: str) -> None:
    """Gives every node of a sketch what LibCST's tree has in its place. Who holds a node has all of it then."""
    from lora_lint.source.tree import tree_of  # which takes its time to get ready

    complete_node(sketch, tree_of(text))


def complete_node(sketched: cst.CSTNode, read: cst.CSTNode) -> None:
    """Gives a node of a sketch, and all in it, what LibCST read in its place."""
    pairs: list[tuple[Any, Any]] = [(sketched, read)]
    while pairs:
        node, its = pairs.pop()
        kind = type(node)
        if kind is not type(its):
            raise Different(f"{kind.__name__} for {type(its).__name__}")
        meaning, lacking = _fields(kind)
        for get, put in lacking:
            put(node, get(its))
        for get, put in meaning:
            mine, other = get(node), get(its)
            if type(mine) in MEANING:
                pairs.append((mine, other))
            elif type(mine) is list:
                pairs += _both(mine, other)
            elif type(mine) is type(other) and (type(mine) is not str or mine == other or kind is cst.Name):
                put(node, other)  # an operator, a keyword; a name, which Python normalizes
            else:
                raise Different(f"{kind.__name__} of {mine!r} for {other!r}")


def _both(mine: Sequence[Any], others: Sequence[Any]) -> list[tuple[Any, Any]]:
    if len(mine) != len(others):
        raise Different(f"{len(mine)} for {len(others)} of {others[:1]!r}")
    return list(zip(mine, others))
