"""The base model that an adapter was trained on, where it is loaded onto another one."""

from __future__ import annotations

from lora_lint.flow.machine import Machine
from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import Oid, Written


def made_for(machine: Machine, oid: Oid, place: Place | None) -> str:
    """The name of the base model that the adapter in a place was saved from, "" where it may be the model at hand.

    Names that the script has written out are compared, not those of its options.
    """
    life = machine.world.life
    name = life.base(oid).source
    if place is None or not isinstance(name, str):
        return ""
    there = [written for other, _ in life.places_like(place) for written in life.disk[other]]
    names = {_base_of(machine, written) for written in there if written.what == "adapter"}
    if len(names) != 1:
        return ""
    [made] = names
    return made if made and machine.knowledge.are_other_weights(made, name) else ""


def _base_of(machine: Machine, written: Written) -> str:
    life = machine.world.life
    if written.model is None or written.model not in life.models:
        return ""
    source = life.base(written.model).source
    return source if isinstance(source, str) else ""
