"""Annotations: the library class that one names, and a value of that class of which nothing else is known."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.machine import Machine
from lora_lint.flow.values import TRUE, InstRec, Lib, ModelRef, ObjRef, Sym, Term, Value
from lora_lint.knowledge import names
from lora_lint.knowledge.lookup import canonical


def class_named(machine: Machine, node: cst.CSTNode) -> str:
    """The qualified name of the library class that an annotation names; "" for anything else.

    `Optional[X]` and `X | None` do not say that it is an X.
    """
    if isinstance(node, (cst.Name, cst.Attribute)):
        value = machine.evaluate(node)
        return value.name if isinstance(value, Lib) else ""
    return ""


def instance_of(machine: Machine, cls: str, term: Term, node: cst.CSTNode) -> Value:
    """An unknown value of a library class."""
    name = canonical(cls)
    site = machine.site(node)
    if name.startswith(names.ANNOTATED_PEFT):
        life = machine.world.life
        base = life.create(site, "", known=False)
        adapter = life.adapter(site, None, "unknown")
        return ModelRef(life.wrap(base, adapter, site, known=False))
    if machine.knowledge.method(cls, "save_model") or machine.knowledge.method(cls, "unwrap_model"):
        return ObjRef(machine.world.new(site, InstRec(None, cls, {"**": TRUE}, site)))
    return Sym(term, kind=cls)
