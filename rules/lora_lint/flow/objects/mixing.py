"""Weights that are written into those of another adapter by hand, as a running mean of a model is."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.machine import Machine
from lora_lint.flow.values import Const, Param, Value
from lora_lint.lifecycle.records import Keeping, Oid, Sure


def mix_into(machine: Machine, target: Param, given: list[Value], node: cst.CSTNode) -> None:
    """A tensor gets what was computed. An adapter that was not trained itself stands for those weights from here on;
    where more goes in, or it is not known whose weights do, those of any may be kept with it."""
    life = machine.world.life
    into = target.adapter
    if into is None or into not in life.adapters:
        return
    for value in given:
        source = value.adapter if isinstance(value, Param) else None
        if isinstance(value, Const) or (isinstance(value, Param) and source in (None, into)):
            continue
        if source is not None and source in life.adapters and _untrained(machine, into, source):
            life.replace_adapter(into, token=life.token(source))
            continue
        for adapter in list(life.adapters):
            life.keep(life.token(adapter), Keeping.UNSURE, None, machine.site(node))


def _untrained(machine: Machine, into: Oid, source: Oid) -> bool:
    """Has an adapter no trained weights yet but those that it got from the other one?"""
    life = machine.world.life
    token, theirs = (life.canonical(life.token(adapter)) for adapter in (into, source))
    return token[0] == theirs[0] or life.content(token).trained is Sure.NO
