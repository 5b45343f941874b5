"""What a trainer writes: checkpoints on its way, the model at the end, an upload to the hub."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.calls.foreign import hand_over
from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.containers import record_of
from lora_lint.flow.objects.strings import atoms_of, place_of
from lora_lint.flow.scope import Args
from lora_lint.flow.values import NONE, TRUE, Const, InstRec, Method, ModelRef, ObjRef, Text, Value
from lora_lint.flow.verbs.networks import held_parameters
from lora_lint.flow.verbs.saving import save_model, state_of
from lora_lint.flow.verbs.trainer_settings import output_dir, output_dir_given, setting
from lora_lint.flow.verbs.trainers import accepted, own_method
from lora_lint.flow.view import view_of
from lora_lint.lifecycle.events.disk import Saved, WeightsSaved
from lora_lint.lifecycle.files import Files
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.places import CHECKPOINT_FOLDER, Place
from lora_lint.lifecycle.records import Keeping, Oid, PeftModel, Wrapper, Written

ARGUMENTS = "training_args.bin"  # what a trainer writes beside every save
# the methods that write a model, and what the trainer tells them of a checkpoint that it writes by itself
WRITING: dict[str, dict[str, Value]] = {"save_model": {"_internal_call": TRUE}, "_save": {}}


def leave_checkpoint(machine: Machine, ref: ObjRef, oid: Oid, node: cst.CSTNode) -> None:
    """The default save strategy leaves a checkpoint at the end of training, written as the trainer's class does it."""
    record = record_of(machine, ref)
    if not isinstance(record, InstRec):
        return
    method = own_method(machine, record, "_save_checkpoint")
    if method is not None:
        machine.call(Method(method, ref), Args([record.fields.get("model", NONE), NONE]), node)
    elif not _write_by_own_method(machine, ref, record, node):
        write_checkpoint(machine, oid, output_dir(machine, record), node)


def _write_by_own_method(machine: Machine, ref: ObjRef, record: InstRec, node: cst.CSTNode) -> bool:
    """A checkpoint is written by the script's own `save_model` or `_save`, where it has one. The former is told that
    the trainer asks for it, not the user: `save_model(output_dir, _internal_call=True)` (transformers 4.46, 5.23)."""
    for name, told in WRITING.items():
        method = own_method(machine, record, name)
        if method is not None:
            args = Args([_checkpoint_path(machine, record)], accepted(method, told))
            machine.call(Method(method, ref), args, node)
            return True
    return False


def _checkpoint_path(machine: Machine, record: InstRec) -> Value:
    """The directory of a checkpoint, as the methods that write it are given it."""
    atoms = atoms_of(machine.world, output_dir_given(machine, record)) or ()
    return Text((*atoms, "/", CHECKPOINT_FOLDER))


def write_checkpoint(machine: Machine, oid: Oid, place: Place | None, node: cst.CSTNode) -> None:
    """A checkpoint under the trainer's output_dir holds the adapters of the model."""
    life = machine.world.life
    site = machine.site(node)
    inner = place._replace(segments=(*place.segments, (CHECKPOINT_FOLDER,)), usual=()) if place is not None else None
    there = life.written(inner) if inner is not None else ()
    known = {token for entry in there if entry.what == "checkpoint" and not entry.when for token in entry.tokens}
    for token in map(life.token, life.held(oid)):
        if token in known:
            continue  # not trained since the last checkpoint
        life.keep(token, Keeping.CHECKPOINT, inner, site)
        if inner is not None:
            life.write(inner, Written("checkpoint", (token,), site, oid))


def _save_checkpoint(call: LibCall) -> Value:
    """`super()._save_checkpoint(model, trial)`: what the trainer does by itself where nobody overrides it."""
    found = call.instance()
    if found is not None:
        ref, record = found
        model = record.fields.get("model")
        model = call.machine.settle(model, call.node) if model is not None else None
        if not _write_by_own_method(call.machine, ref, record, call.node) and isinstance(model, ModelRef):
            write_checkpoint(call.machine, model.oid, output_dir(call.machine, record), call.node)
    return NONE


def push(machine: Machine, oid: Oid, record: InstRec, node: cst.CSTNode) -> None:
    name = setting(machine, record, "hub_model_id")
    place = place_of(machine.world, name, machine.usual, hub=True)
    if place is None:
        directory = output_dir(machine, record)
        place = (
            directory._replace(segments=directory.segments[-1:], hub=True, usual=()) if directory is not None else None
        )
    life = machine.world.life
    peft = life.peft(oid)
    if peft is not None and not life.emptied(oid):
        for adapter in life.held(oid):
            life.keep(life.token(adapter), Keeping.KEPT, place, machine.site(node))


def _save_trainer(call: LibCall) -> Value:
    """`trainer.save_model()`: to the directory given, else to the output_dir of the arguments."""
    found = call.instance()
    if found is None:
        return call.unknown()
    machine = call.machine
    ref, record = found
    inner_save = own_method(machine, record, call.option("calls", ""))
    if inner_save is not None:
        return machine.call(Method(inner_save, ref), Args([call.arg("output_dir") or NONE]), call.node)
    model = record.fields.get("model")
    model = machine.settle(model, call.node) if model is not None else None
    given = call.arg("output_dir")
    place = call.place("output_dir") if given is not None and given != NONE else output_dir(machine, record)
    if isinstance(model, ModelRef):
        life = machine.world.life
        inner = life.unwrapped(model.oid)
        compiled = compiled_at(life, model.oid)
        asked = Saved(
            place,
            "save_model",
            "compiled" if compiled is not None else state_of(call, inner, call.arg("state_dict")),
            by_trainer=True,
            compiled_at=compiled,
            implicit=given is None,
            path_node=call.written("output_dir"),
        )
        save_model(machine, inner, call.node, asked, extra=(ARGUMENTS,))
        if isinstance(life.models[inner], PeftModel) and machine.known(
            setting(machine, record, "push_to_hub") or Const(False)
        ):
            push(machine, inner, record, call.node)
    elif not (isinstance(model, ObjRef) and _save_network(call, model, record, place)):
        hand_over(machine, [], call.node)
    return NONE


def _save_network(call: LibCall, network: ObjRef, record: InstRec, place: Place | None) -> bool:
    """A module of the script's own around a model has no `save_pretrained`: the trainer writes its state dict."""
    machine = call.machine
    held = [param for _, param in held_parameters(machine, network)]
    adapters = dict.fromkeys(param.adapter for param in held if param.adapter is not None)
    if not adapters or call.arg("state_dict") not in (None, NONE):
        return False
    safe = machine.known(setting(machine, record, "save_safetensors") or Const(True))
    names = ("model.safetensors" if safe else "pytorch_model.bin", ARGUMENTS)
    saved = WeightsSaved(
        tokens=tuple(map(machine.world.life.token, adapters)),
        place=place,
        whole=False,
        copied=False,
        files=(Files(place, names, sure=safe is not None),),
        path_node=call.written("output_dir"),
        view=view_of(machine),
        beside=True,
    )
    machine.emit(call.node, held[0].model, saved)
    return True


def compiled_at(life: Life, oid: Oid) -> object:
    """Where the object that a trainer was given was compiled, None where it was not.

    The trainer gives the save that object's state dict, whose keys torch.compile has prefixed.
    """
    model = life.models[oid]
    while isinstance(model, Wrapper):
        if model.kind == "compiled":
            return model.site
        model = life.models[model.inner]
    return None


def _push_trainer(call: LibCall) -> Value:
    """`trainer.push_to_hub()`."""
    found = call.instance()
    if found is None:
        return call.unknown()
    machine = call.machine
    record = found[1]
    model = record.fields.get("model")
    model = machine.settle(model, call.node) if model is not None else None
    if isinstance(model, ModelRef):
        name = setting(machine, record, "hub_model_id")
        place = place_of(machine.world, name, machine.usual, hub=True)
        asked = Saved(place, "push_to_hub", by_trainer=True)
        oid = machine.world.life.unwrapped(model.oid)
        save_model(machine, oid, call.node, asked)
        _write_adapters(machine, oid, output_dir(machine, record), call.node)
    return call.unknown()


def _write_adapters(machine: Machine, oid: Oid, place: Place | None, node: cst.CSTNode) -> None:
    """What is uploaded lies in the output_dir, too: the trainer saves the model there first."""
    life = machine.world.life
    if place is not None and life.peft(oid) is not None and not life.emptied(oid):
        tokens = tuple(life.token(adapter) for adapter in life.held(oid))
        life.write(place, Written("adapter", tokens, machine.site(node), oid))


VERBS: dict[str, Verb] = {
    "save_trainer": _save_trainer,
    "save_checkpoint": _save_checkpoint,
    "push_trainer": _push_trainer,
}
