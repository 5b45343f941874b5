"""Objects of code that is not seen, and the models that they were given: what they do later, they may do to these.

`saver = mylib.Saver(model)`, `run.watch(model)`: `saver.close()`, or the end of `with saver:`, may save it.
"""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.provenance import models_in
from lora_lint.flow.values import TRUE, ObjRef, Sym, Value
from lora_lint.lifecycle.records import Oid

HELD: Oid = ("held elsewhere", 0)  # the frame that says which object was given which model
PARTS = (("attribute",), ("item",), ("entered",))  # tags of terms that are a part of what comes next


def whole(term: object) -> object:
    """The object that a term is a part of."""
    while isinstance(term, tuple) and term[:1] in PARTS:
        term = term[1]
    return term


def hold(machine: Machine, owner: object, values: Iterable[Value]) -> None:
    """An object that is not seen is given these values."""
    for oid in models_in(machine, values):
        machine.world.frame(HELD)[whole(owner), oid] = TRUE


def held_by(machine: Machine, values: Iterable[Value]) -> list[Oid]:
    """The models that objects which are not seen among these values were given."""
    held = machine.world.frames.get(HELD)
    if not held:
        return []
    owners = {whole(value.term) for value in values if isinstance(value, Sym)}
    owners |= {value.oid for value in values if isinstance(value, ObjRef)}
    return [oid for owner, oid in held if owner in owners and oid in machine.world.life.models]


def for_effect(machine: Machine, node: cst.CSTNode) -> bool:
    """Is a call all that a statement does? Then it is made for what it does, not for what it gives."""
    statement = machine.statement
    small = statement.body[0] if type(statement) is cst.SimpleStatementLine else statement
    value = small.value if type(small) is cst.Expr else None
    return (value.expression if type(value) is cst.Await else value) is node
