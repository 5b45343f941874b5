"""Trained weights that are tried out, or looked at: how good are they?"""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.machine import Machine
from lora_lint.lifecycle.events.training import Tested
from lora_lint.lifecycle.records import Oid, Sure


def note_test(machine: Machine, oid: Oid, node: cst.CSTNode) -> None:
    """The model is run without gradients, or its weights are read: those that were trained here are tried out."""
    life = machine.world.life
    if any(life.content(life.token(adapter)).trained is Sure.YES for adapter in life.held(oid)):
        machine.emit(node, oid, Tested())
