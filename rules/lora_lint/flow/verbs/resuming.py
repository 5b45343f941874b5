"""Trainings that are to go on from a checkpoint."""

from __future__ import annotations

from lora_lint.flow.calls.library import LibCall
from lora_lint.flow.modules import names_in
from lora_lint.flow.objects.containers import record_of
from lora_lint.flow.objects.lineage import lineage
from lora_lint.flow.values import NONE, TRUE, InstRec
from lora_lint.flow.worlds.once import is_once
from lora_lint.lifecycle.places import Place

RESUME = "resume_from_checkpoint"
MISSING = "ValueError"  # that a trainer raises where there is no checkpoint (transformers 5.23)


def finds_none(call: LibCall, place: Place | None) -> bool:
    """Is the last checkpoint asked for in a directory whose name no other run has, and is nobody ready for there being
    none?"""
    asked = call.arg(RESUME)
    if asked is None or place is None or call.machine.settle(asked, call.node) != TRUE:
        return False
    anew = any(is_once(atom) for segment in place.segments for atom in segment)
    there = any(other.same(place) or other.under(place) for other in call.machine.world.life.disk)
    return anew and not there and not call.machine.catches(MISSING)


def unread(call: LibCall, record: InstRec) -> bool:
    """Do the trainer's arguments ask for a checkpoint, and the call that trains for none? No trainer reads that setting
    by itself (transformers 5.23, `TrainingArguments`: it is meant for the script), but one of the project's may."""
    machine = call.machine
    if call.args.open or call.args.pos or RESUME in call.args.kw:
        return False
    args = record_of(machine, machine.settle(record.fields.get("args", NONE), call.node))
    asked = args.fields.get(RESUME, NONE) if isinstance(args, InstRec) else NONE
    if machine.known(machine.settle(asked, call.node)) is False:
        return False
    return record.cls is None or all(RESUME not in names_in(cls.node) for cls in lineage(record.cls))
