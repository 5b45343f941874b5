"""The base model that an adapter was trained on, where it is loaded onto another one."""

from __future__ import annotations

from collections.abc import Hashable

from lora_lint.flow.machine import Machine
from lora_lint.knowledge.tables import Knowledge
from lora_lint.lifecycle.events.models import Loaded
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import Oid, Sure, Written
from lora_lint.lifecycle.runs import left_by_other_runs
from lora_lint.lifecycle.trace import Lifecycle


def made_for(machine: Machine, oid: Oid, place: Place | None) -> str:
    """The name of the base model that the adapter in a place was saved from, "" where it may be the model at hand.

    Names that the script has written out are compared, not those of its options.
    """
    life = machine.world.life
    name = life.base(oid).source
    if place is None or not isinstance(name, str):
        return ""
    there = [written for other, _ in life.places_like(place) for written in life.disk[other]]
    made = _other(machine.knowledge, name, [(written, _source_of(life, written)) for written in there])
    return made or _merged_one(life, oid, there)


def _merged_one(life: Life, oid: Oid, there: list[Written]) -> str:
    """The directory of the merged model that the adapter was trained on, where what is at hand is the model that was
    merged into, and without that."""
    base = life.base(oid)
    names: set[Hashable] = set()
    if base.merged or base.layers or life.trait(oid, "folded in"):
        return ""
    for written in there:
        folded = life.trait(written.model, "folded in") if written.model in life.models else None
        sure = isinstance(folded, tuple) and all(life.content(token).trained is Sure.YES for token in folded)
        names.add(_source_of(life, written) if sure and _is_of(life, folded, base.source) else None)
    made = names.pop() if len(names) == 1 else None
    return made if isinstance(made, str) else ""


def _is_of(life: Life, folded: Hashable, source: Hashable) -> bool:
    """Did the script save these weights merged into a model of this name?"""
    saved = (written for each in life.disk.values() for written in each if written.what == "model")
    return any(
        written.tokens == folded and written.model in life.models and life.base(written.model).source == source
        for written in saved
        if written.model is not None
    )


def note_other_runs(knowledge: Knowledge, lifecycle: Lifecycle) -> None:
    """The same where the adapter was saved by another run of the script, or by another script."""
    for event in lifecycle.of(Loaded):
        if event.oid is None or event.facts.auto or event.facts.made_for:
            continue
        name = event.life.base(event.oid).source
        asked = event.facts.place
        left = left_by_other_runs(lifecycle, event, asked)
        here = [
            (each.written, each.by.by_default(_source_of(each.life, each.written)))
            for each in left
            if asked is not None and each.place.same(asked)
        ]
        if here and isinstance(name, str):
            event.facts = event.facts._replace(made_for=_other(knowledge, name, here))


def _other(knowledge: Knowledge, name: str, there: list[tuple[Written, Hashable]]) -> str:
    names = {source for written, source in there if written.what == "adapter"}
    made = names.pop() if len(names) == 1 else None
    return made if isinstance(made, str) and made and knowledge.are_other_weights(made, name) else ""


def _source_of(life: Life, written: Written) -> Hashable:
    return life.base(written.model).source if written.model is not None and written.model in life.models else None
