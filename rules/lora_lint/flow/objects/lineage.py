"""The order in which classes of the project are looked through for a name: Python's own, also where bases share one.

A mixin's `super().finish()` goes on to the base beside it before it comes to the base of both.
"""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.values import Cls


def lineage(cls: Cls) -> list[Cls]:
    """The class and its bases that are of the project, in the order in which a name is looked up."""
    return _order(cls, {})


def _order(cls: Cls, known: dict[cst.CSTNode, list[Cls]]) -> list[Cls]:
    if cls.node in known:
        return known[cls.node]
    chain, met, current = [cls], {cls.node}, cls
    bases = [base for base in cls.bases if isinstance(base, Cls)]
    while len(bases) == 1 and bases[0].node not in met:  # one may be built on another of the same definition
        [current] = bases
        chain.append(current)
        met.add(current.node)
        bases = [base for base in current.bases if isinstance(base, Cls)]
    if len(bases) < 2:
        return chain
    known[cls.node] = chain
    rest = _merged([*(_order(base, known) for base in bases), bases])
    known[cls.node] = [*chain, *(base for base in rest if base.node not in met)]
    return known[cls.node]


def _merged(rows: list[list[Cls]]) -> list[Cls]:
    """The next is the first that no row has further back; where there is none, Python would not make the class, and
    the first of the first row is taken."""
    order: list[Cls] = []
    while rows := [row for row in rows if row]:
        later = {base.node for row in rows for base in row[1:]}
        chosen = next((row[0] for row in rows if row[0].node not in later), rows[0][0])
        order.append(chosen)
        rows = [[base for base in row if base.node is not chosen.node] for row in rows]
    return order
