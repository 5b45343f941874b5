"""Values that come up anew: a call of code that is not seen, made once more, may give another object.

What it gives goes by the place of the call, so both times by the same term. The model that the term stood for is let
go: the next one is another, and what nobody can reach by the term any more may be reached by code that is not seen.
"""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.machine import Machine
from lora_lint.flow.values import ModelRef, Term
from lora_lint.flow.worlds.world import MATERIAL, mentions


def renew(machine: Machine, term: Term, node: cst.CSTNode) -> None:
    """A value of this term is given, perhaps once more."""
    machine.given_terms.append(term)
    known = machine.world.frames.get(MATERIAL)
    if not known:
        return
    gone = [other for other in known if mentions(other, term)]
    for other in gone:
        model = machine.world.frame(MATERIAL).pop(other)
        if isinstance(model, ModelRef):
            machine.world.life.hand_over(model.oid, machine.site(node))
