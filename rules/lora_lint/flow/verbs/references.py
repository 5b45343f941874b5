"""The reference of a trainer: what it holds the trained model against."""

from __future__ import annotations

from lora_lint.flow.calls.library import LibCall
from lora_lint.flow.modules import names_in
from lora_lint.flow.objects.lineage import lineage
from lora_lint.flow.values import NONE, InstRec, ModelRef, ObjRef
from lora_lint.flow.verbs.trainer_settings import setting
from lora_lint.knowledge import names
from lora_lint.lifecycle.records import BaseModel, Frozen, Oid

REFERENCE = "ref_model"


def shared_with_reference(call: LibCall, trainer: ObjRef, oid: Oid) -> tuple[Oid, ...]:
    """The adapters of a PeftModel whose layers lie in the reference, which is its own base model. Nothing where the
    trainer runs the reference before it trains (`ahead`), or is a class of the project that says itself how."""
    machine, life = call.machine, call.machine.world.life
    record = machine.world.heap[trainer.oid]
    assert isinstance(record, InstRec)
    reference = machine.settle(record.fields.get(REFERENCE, NONE), call.node)
    if not isinstance(reference, ModelRef) or reference.oid == oid or life.peft(oid) is None:
        return ()
    model = life.models[life.unwrapped(reference.oid)]
    if not isinstance(model, BaseModel) or life.root(reference.oid) != life.root(oid) or model.disabled is not None:
        return ()
    ahead = setting(machine, record, call.option("ahead")) if call.option("ahead") else None
    if ahead is not None and machine.known(ahead) is not False:
        return ()
    if record.cls is not None and any(REFERENCE in names_in(cls.node) for cls in lineage(record.cls)):
        return ()
    return tuple(adapter for adapter in life.active(oid) if not life.adapters[adapter].beside)


def add_reference(call: LibCall, oid: Oid, trainer: ObjRef) -> None:
    """A trainer that needs a reference model freezes a copy of the adapter that it is given, under its own name."""
    machine = call.machine
    since, setting_name = call.option("reference"), call.option("if_set")
    if not since or machine.knowledge.certainly(names.TRAINERS_RELEASE, f"<{since}"):
        return
    if machine.world.life.peft(oid) is None:
        return
    if setting_name:
        record = machine.world.heap[trainer.oid]
        assert isinstance(record, InstRec)
        value = setting(machine, record, setting_name)
        if value is None or not machine.truth(value, None):
            return
    site, life = machine.site(call.node), machine.world.life  # on the path that is gone now
    life.add(oid, life.adapter(site, "ref", "created", frozen=Frozen("reference", site)))
