"""Trained weights that are tried out, or looked at: how good are they?"""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.machine import Machine
from lora_lint.lifecycle.events.training import TakenOver, Tested
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.records import Oid, PeftModel, Sure


def note_test(machine: Machine, oid: Oid, node: cst.CSTNode) -> None:
    """The model is run without gradients, or its weights are read: those that were trained here are tried out."""
    machine.tries += 1
    life = machine.world.life
    if any(life.content(life.token(adapter)).trained is Sure.YES for adapter in life.held(oid)):
        machine.emit(node, oid, Tested())
    for adapter in _in_its_place(life, oid):
        machine.emit(node, oid, TakenOver(adapter))


def _in_its_place(life: Life, oid: Oid) -> list[Oid]:
    """The trained adapters of other wrappers around the same base model that have the names of this one's, and whose
    layers came after."""
    peft = life.peft(oid)
    if peft is None:
        return []
    own, root, layers = dict(peft.adapters), life.root(oid), life.base(oid).layers
    others = [each for at, each in life.models.items() if type(each) is PeftModel and life.root(at) == root]
    return [
        adapter
        for other in others
        for name, adapter in other.adapters
        if adapter in _behind(layers, own.get(name)) and life.content(life.token(adapter)).trained is Sure.YES
    ]


def _behind(layers: tuple[Oid, ...], adapter: Oid | None) -> tuple[Oid, ...]:
    """The layers that were put into a model after those of an adapter."""
    return layers[layers.index(adapter) + 1 :] if adapter in layers else ()
