"""Trainer and its kin: they may wrap the model, they train it, keep checkpoints, call callbacks and save."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.containers import items_of, known_items, record_of
from lora_lint.flow.library import FILLERS, LibCall, Verb, as_model, hand_over, models_in
from lora_lint.flow.machine import Args, Machine
from lora_lint.flow.models import TRAITS
from lora_lint.flow.objects import find_member, library_base
from lora_lint.flow.strings import place_of
from lora_lint.flow.values import (
    NONE,
    Cls,
    Const,
    DictRec,
    Func,
    InstRec,
    Lib,
    Method,
    ModelRef,
    ObjRef,
    Param,
    Sym,
    Tup,
    Value,
)
from lora_lint.flow.verbs.saving import path_argument, save_model
from lora_lint.flow.verbs.training import train
from lora_lint.flow.verbs.wrapping import config_of, put_on
from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import Config, Keeping, Oid, PeftModel, Written

ARGUMENTS = "training_args.bin"


def _trainer(call: LibCall) -> Value:
    """`SFTTrainer(model=..., args=..., peft_config=...)`."""
    site = call.machine.site(call.node)
    ref = ObjRef(call.machine.world.new(site, InstRec(None, call.name, {}, site)))
    fill_trainer(call.machine, ref, call)
    return ref


def fill_trainer(machine: Machine, ref: ObjRef, call: LibCall) -> None:
    """What a trainer's constructor does with its arguments."""
    fields: dict[str, Value] = dict(zip(call.row.params, call.args.pos, strict=False)) | call.args.kw
    model = fields.get("model")
    wraps = call.option("wraps") or machine.knowledge.lineage(call.name) != ["transformers.Trainer"] and _wraps(machine, call.name)
    if model is None and not call.args.open:
        maker = fields.get("model_init")
        model = machine.call(maker, Args(), call.node) if maker is not None and maker != NONE else None
    if model is not None:
        model = machine.settle(model, call.node)
        if isinstance(model, (Const,)) and isinstance(model.value, str):
            model = _load_by_name(call)
        elif isinstance(model, Sym) and wraps and fields.get("peft_config", NONE) != NONE:
            oid = as_model(machine, model, call.node)
            model = ModelRef(oid) if oid is not None else model
    given = machine.settle(fields.get("peft_config", NONE), call.node)
    if wraps and isinstance(model, ModelRef) and given != NONE:
        model = _wrapped_by_trainer(call, model.oid, given)
    if model is not None:
        fields["model"] = fields["model_wrapped"] = model
    callbacks = fields.get("callbacks")
    fields["callbacks"] = Tup(tuple(items_of(machine, callbacks, call.node) or ())) if callbacks is not None else Tup(())
    if "args" not in fields or fields["args"] == NONE:
        fields.pop("args", None)
    record = machine.world.heap[ref.oid]
    assert isinstance(record, InstRec)
    machine.world.put(ref.oid, InstRec(record.cls, record.lib or call.name, {**record.fields, **fields}, machine.site(call.node)))
    if isinstance(model, ModelRef):
        machine.emit("trainer", call.node, model.oid, args=_args_site(machine, fields))


def _args_site(machine: Machine, fields: dict[str, Value]) -> object:
    record = record_of(machine, fields.get("args", NONE))
    return record.site if isinstance(record, InstRec) else None


def _wraps(machine: Machine, name: str) -> bool:
    row = machine.knowledge.function(name)
    return row is not None and bool(row.options.get("wraps"))


def _load_by_name(call: LibCall) -> Value:
    """A trainer given a model's name loads it."""
    oid = call.machine.world.life.create(call.machine.site(call.node), "AutoModelForCausalLM")
    call.machine.emit("created", call.node, oid, cls="AutoModelForCausalLM")
    return ModelRef(oid)


def _wrapped_by_trainer(call: LibCall, oid: Oid, given: Value) -> Value:
    """A trl trainer that is given a peft_config wraps the model; given a PeftModel as well, it raises."""
    machine = call.machine
    decided = machine.known(given)
    config = config_of(machine, given, call)
    if isinstance(given, Sym):
        if not machine.truth(given, call.node):
            return ModelRef(oid)
    elif decided is False:
        return ModelRef(oid)
    peft = machine.world.life.peft(oid)
    if peft is not None and not peft.tuner:
        machine.emit("wrapped", call.node, oid, by="trainer", config=config, name="default", raises=True)
        machine.fail(call.node, "ValueError", oid)
        return ModelRef(oid)
    return ModelRef(put_on(call, oid, config, by="trainer"))


FILLERS["trainer"] = fill_trainer


# -- reading a trainer -----------------------------------------------------------------------------------------------------


def _trainer_record(call: LibCall) -> tuple[ObjRef, InstRec] | None:
    record = record_of(call.machine, call.receiver) if call.receiver is not None else None
    return (call.receiver, record) if isinstance(call.receiver, ObjRef) and isinstance(record, InstRec) else None


def _setting(machine: Machine, record: InstRec, name: str) -> Value | None:
    """A field of the training arguments; None where it is not given."""
    args = record.fields.get("args")
    inner = record_of(machine, machine.settle(args, machine.module.tree)) if args is not None else None
    if isinstance(inner, InstRec):
        found = inner.fields.get(name)
        if found is None and "**" in inner.fields:
            assert isinstance(args, ObjRef)
            return Sym(("attribute", args.oid, name))
        return machine.settle(found, machine.module.tree) if found is not None else None
    if isinstance(args, Sym):
        return Sym(("attribute", args.term, name))
    return None


def output_dir(machine: Machine, record: InstRec) -> Place | None:
    value = _setting(machine, record, "output_dir")
    if value is None:
        args = record.fields.get("args")
        value = Sym(("attribute", args.oid, "output_dir")) if isinstance(args, ObjRef) else Const("trainer_output")
    return place_of(machine.world, value, machine.usual)


def _overrides(machine: Machine, record: InstRec, *names: str) -> bool:
    return record.cls is not None and any(isinstance(find_member(machine, record.cls, name), Func) for name in names)


# -- training ------------------------------------------------------------------------------------------------------------


def _train(call: LibCall) -> Value:
    """`trainer.train()`: trains, writes checkpoints, calls the callbacks."""
    found = _trainer_record(call)
    if found is None:
        return call.unknown()
    machine = call.machine
    ref, record = found
    model = record.fields.get("model")
    model = machine.settle(model, call.node) if model is not None else None
    _call_back(machine, ref, record, "on_train_begin", call.node)
    if not isinstance(model, ModelRef):
        _call_back(machine, ref, record, "on_train_end", call.node)
        return call.unknown("result")
    strategy = _setting(machine, record, "save_strategy")
    _given_optimizer(machine, record, model.oid, call.node)
    checkpoints = not (isinstance(strategy, Const) and str(strategy.value) == "no") and strategy != Lib("no")
    place = output_dir(machine, record)
    _note_checkpointing(machine, record, model.oid)
    train(machine, frozenset([model.oid]), call.node, "trainer", checkpoints=checkpoints, output_dir=place, trainer=record.site)
    if checkpoints:
        _checkpoint(machine, model.oid, place, call.node, sure=not _overrides(machine, record, "save_model", "_save", "_save_checkpoint"))
    if machine.known(_setting(machine, record, "push_to_hub") or Const(False)):
        _push(machine, model.oid, record, call.node)
    for name in ("on_step_end", "on_evaluate", "on_epoch_end", *(("on_save",) if checkpoints else ()), "on_train_end"):
        _call_back(machine, ref, record, name, call.node)
    return call.unknown("result")


def _note_checkpointing(machine: Machine, record: InstRec, oid: Oid) -> None:
    """Which form of gradient checkpointing the arguments ask for."""
    asked = _setting(machine, record, "gradient_checkpointing")
    if asked is None or not machine.known(asked):
        return
    reentrant: bool | None = machine.knowledge.reentrant_by_default()
    options = record_of(machine, _setting(machine, record, "gradient_checkpointing_kwargs") or NONE)
    if isinstance(options, DictRec):
        given = dict(options.items).get(Const("use_reentrant"))
        reentrant = machine.known(given) if given is not None else reentrant
    machine.world.frame(TRAITS)[machine.world.life.root(oid), "reentrant"] = Const(reentrant)


def _given_optimizer(machine: Machine, record: InstRec, oid: Oid, node: cst.CSTNode) -> None:
    """`Trainer(optimizers=(optimizer, scheduler))`: the adapters that the optimizer does not hold are not stepped."""
    pair = items_of(machine, record.fields.get("optimizers", NONE), node)
    inner = record_of(machine, machine.settle(pair[0], node)) if pair else None
    if not isinstance(inner, InstRec) or inner.lib != "torch.Optimizer":
        return
    held = inner.fields.get("held")
    waiting = tuple(machine.world.life.active(oid))
    if isinstance(held, Tup) and waiting and not held.open:
        stepped = {p.adapter for p in held.items if isinstance(p, Param)}
        missed = tuple(a for a in waiting if a not in stepped)
        machine.emit("stepped", node, oid, made=inner.site, adapters=waiting, missed=missed)


def _checkpoint(machine: Machine, oid: Oid, place: Place | None, node: cst.CSTNode, *, sure: bool) -> None:
    """The default save strategy leaves a checkpoint at the end of training, with the adapter in it."""
    life = machine.world.life
    site = machine.site(node)
    for adapter in life.held(oid):
        token = life.token(adapter)
        inner = place._replace(segments=(*place.segments, ("checkpoint-*",)), usual=()) if place is not None else None
        life.keep(token, Keeping.CHECKPOINT if sure else Keeping.UNSURE, inner, site)
        if inner is not None:
            life.write(inner, Written("checkpoint", (token,), site, oid))


def _push(machine: Machine, oid: Oid, record: InstRec, node: cst.CSTNode) -> None:
    name = _setting(machine, record, "hub_model_id")
    place = place_of(machine.world, name, machine.usual, hub=True)
    if place is None:
        directory = output_dir(machine, record)
        place = directory._replace(segments=directory.segments[-1:], hub=True, usual=()) if directory is not None else None
    life = machine.world.life
    peft = life.peft(oid)
    if peft is not None and not life.emptied(oid):
        for adapter in life.held(oid):
            life.keep(life.token(adapter), Keeping.KEPT, place, machine.site(node))


def _call_back(machine: Machine, ref: ObjRef, record: InstRec, event: str, node: cst.CSTNode) -> None:
    """Callbacks are methods of objects given to the trainer; the model arrives as a keyword."""
    callbacks = record.fields.get("callbacks", Tup(()))
    for item in known_items(machine, callbacks):
        item = machine.settle(item, node)
        if isinstance(item, Cls):
            item = machine.call(item, Args(), node)
        inner = record_of(machine, item)
        if not isinstance(inner, InstRec) or inner.cls is None or not isinstance(item, ObjRef):
            continue
        method = find_member(machine, inner.cls, event)
        if not isinstance(method, Func):
            continue
        current = record_of(machine, ref)
        fields = current.fields if isinstance(current, InstRec) else record.fields
        kw: dict[str, Value] = {"model": fields.get("model", NONE)}
        if "processing_class" in fields:
            kw["processing_class"] = kw["tokenizer"] = fields["processing_class"]
        args = fields.get("args", Sym(("attribute", ref.oid, "args")))
        state, control = Sym(("attribute", ref.oid, "state")), Sym(("attribute", ref.oid, "control"))
        machine.call(Method(method, item), Args([args, state, control], _accepted(method, kw)), node)


def _accepted(method: Func, kw: dict[str, Value]) -> dict[str, Value]:
    params = method.node.params
    if params.star_kwarg is not None:
        return kw
    names = {param.name.value for param in (*params.params, *params.kwonly_params)}
    return {name: value for name, value in kw.items() if name in names}


def _add_callback(call: LibCall) -> Value:
    found = _trainer_record(call)
    callback = call.arg("callback")
    if found is not None and callback is not None:
        ref, record = found
        callbacks = Tup((*known_items(call.machine, record.fields.get("callbacks", Tup(()))), callback))
        call.machine.world.put(ref.oid, InstRec(record.cls, record.lib, {**record.fields, "callbacks": callbacks}, record.site))
    return NONE


def _train_given(call: LibCall) -> Value:
    """`unsloth_train(trainer)`."""
    trainer = call.arg("trainer")
    if trainer is None:
        return call.unknown()
    return call.machine.call(call.machine.get(trainer, "train", call.node), Args(), call.node)


# -- saving --------------------------------------------------------------------------------------------------------------


def _save_trainer(call: LibCall) -> Value:
    """`trainer.save_model()`: to the directory given, else to the output_dir of the arguments."""
    found = _trainer_record(call)
    if found is None:
        return call.unknown()
    machine = call.machine
    record = found[1]
    model = record.fields.get("model")
    model = machine.settle(model, call.node) if model is not None else None
    given = call.arg("output_dir")
    place = call.place("output_dir") if given is not None and given != NONE else output_dir(machine, record)
    if isinstance(model, ModelRef):
        life = machine.world.life
        inner = life.unwrapped(model.oid)
        save_model(
            machine,
            inner,
            place,
            call.node,
            how="save_model",
            extra=(ARGUMENTS,),
            trainer=True,
            implicit=given is None,
            path_node=path_argument(call, "output_dir"),
        )
        if isinstance(life.models[inner], PeftModel) and machine.known(_setting(machine, record, "push_to_hub") or Const(False)):
            _push(machine, inner, record, call.node)
    else:
        hand_over(machine, [], call.node)
    return NONE


def _push_trainer(call: LibCall) -> Value:
    """`trainer.push_to_hub()`."""
    found = _trainer_record(call)
    if found is None:
        return call.unknown()
    machine = call.machine
    record = found[1]
    model = record.fields.get("model")
    model = machine.settle(model, call.node) if model is not None else None
    if isinstance(model, ModelRef):
        name = _setting(machine, record, "hub_model_id")
        place = place_of(machine.world, name, machine.usual, hub=True)
        save_model(machine, machine.world.life.unwrapped(model.oid), place, call.node, how="push_to_hub", trainer=True)
    return call.unknown()


VERBS: dict[str, Verb] = {
    "trainer": _trainer,
    "train": _train,
    "train_given": _train_given,
    "add_callback": _add_callback,
    "save_trainer": _save_trainer,
    "push_trainer": _push_trainer,
}
__all__ = ["VERBS", "Config", "library_base", "models_in"]
