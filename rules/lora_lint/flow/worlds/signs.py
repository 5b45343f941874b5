"""Which numbers are never below zero, so far as their terms say it: losses, scores, counts, what is made of them."""

from __future__ import annotations

from lora_lint.flow.values import Const, Sym
from lora_lint.knowledge import measures

NATURAL = "never below zero"  # how the term of a value goes on that is so
EXTREME = "extreme"  # the same of the smallest or largest of several
ORDERINGS = frozenset({"LessThan", "LessThanEqual", "GreaterThan", "GreaterThanEqual"})
TRUTHS = ORDERINGS | {"eq", "Equal"}
OF_BOTH = frozenset({"Add", "Multiply", "Divide", "FloorDivide"})


def never_negative(value: object) -> bool:
    """Is a value or term certainly no number below zero?"""
    if isinstance(value, Const):
        return isinstance(value.value, (int, float)) and value.value >= 0
    term = value.term if isinstance(value, Sym) else value
    if not isinstance(term, tuple) or not term:
        return False
    tag = term[0]
    if tag == "attribute":
        return len(term) == 3 and term[2] == measures.LOSS
    if tag == "item":
        return len(term) == 3 and isinstance(term[2], Const) and term[2].value in measures.SCORES
    if tag in OF_BOTH:
        return len(term) == 3 and never_negative(term[1]) and never_negative(term[2])
    return tag == "len" or tag in TRUTHS or (tag in ("met", "blur") and NATURAL in term)
