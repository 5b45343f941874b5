"""What the arguments of a trainer say."""

from __future__ import annotations

from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.containers import record_of
from lora_lint.flow.objects.strings import place_of
from lora_lint.flow.values import TRUE, Const, InstRec, ObjRef, Sym, Value
from lora_lint.lifecycle.places import Place


def setting(machine: Machine, record: InstRec, name: str) -> Value | None:
    """A field of the training arguments; None where it is not given."""
    args = record.fields.get("args")
    args = machine.settle(args, machine.module.tree) if args is not None else None
    inner = record_of(machine, args) if args is not None else None
    while isinstance(inner, InstRec) and name not in inner.fields:
        source = inner.fields.get("**", TRUE)  # the arguments that these were made of
        if not isinstance(record_of(machine, source), InstRec):
            break
        args, inner = source, record_of(machine, source)
    if isinstance(inner, InstRec):
        found = inner.fields.get(name)
        if found is None and "**" in inner.fields and isinstance(args, ObjRef):
            return Sym(("attribute", args.oid, name))
        return machine.settle(found, machine.module.tree) if found is not None else None
    if isinstance(args, Sym):
        return Sym(("attribute", args.term, name))
    return None


def output_dir_given(machine: Machine, record: InstRec) -> Value:
    """The output_dir of the trainer's arguments."""
    value = setting(machine, record, "output_dir")
    if value is None:
        args = record.fields.get("args")
        value = Sym(("attribute", args.oid, "output_dir")) if isinstance(args, ObjRef) else Const("trainer_output")
    return value


def output_dir(machine: Machine, record: InstRec) -> Place | None:
    return place_of(machine.world, output_dir_given(machine, record), machine.usual)
