"""Steps of optimizers that code which is not seen has made of a model."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.machine import Machine
from lora_lint.flow.values import ModelRef
from lora_lint.flow.worlds.world import NOTES
from lora_lint.lifecycle.events.training import Stepped

STEP = "step"


def note_step(machine: Machine, owner: object, node: cst.CSTNode) -> None:
    """`make_optimizer(model).step()`: it may hold whatever the model has."""
    life = machine.world.life
    models = [part.oid for part in owner if isinstance(part, ModelRef)] if isinstance(owner, tuple) else []
    waiting = machine.world.frames.get(NOTES, {})
    held = [a for oid in models if oid in life.models for a in life.held(oid) if (a, "gradient") in waiting]
    if held:
        machine.emit(node, None, Stepped(None, held=tuple(held), missed=()))
        for adapter in held:
            del machine.world.frame(NOTES)[adapter, "gradient"]
