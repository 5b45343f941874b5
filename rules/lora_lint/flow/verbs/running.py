"""A trainer at work: it trains, and calls callbacks."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.calls.foreign import hand_over
from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.containers import items_of, known_items, record_of
from lora_lint.flow.objects.instances import find_member
from lora_lint.flow.objects.lineage import lineage
from lora_lint.flow.objects.provenance import gradients_of, models_in
from lora_lint.flow.scope import Args
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
    Sym,
    Tup,
    Value,
)
from lora_lint.flow.verbs.around import gather
from lora_lint.flow.verbs.checkpointing import note_checkpointing, note_input_grads
from lora_lint.flow.verbs.evaluating import evaluate_between, train_again
from lora_lint.flow.verbs.optimizers import stepped_by
from lora_lint.flow.verbs.resuming import RESUME, finds_none, unread
from lora_lint.flow.verbs.trainer_saves import compiled_at, leave_checkpoint, push
from lora_lint.flow.verbs.trainer_settings import output_dir, setting
from lora_lint.flow.verbs.trainers import accepted, can_wrap, own_method
from lora_lint.flow.verbs.training import train
from lora_lint.knowledge import names
from lora_lint.lifecycle.events.models import Sharded
from lora_lint.lifecycle.events.training import Trained
from lora_lint.lifecycle.records import Keeping, Oid


def _train(call: LibCall) -> Value:
    """`trainer.train()`: trains, writes checkpoints, calls the callbacks."""
    found = call.instance()
    if found is None:
        return call.unknown()
    machine = call.machine
    ref, record = found
    model = record.fields.get("model")
    model = machine.settle(model, call.node) if model is not None else None
    if isinstance(model, ModelRef):
        _note_checkpointing(machine, record, model.oid)
        _note_parting(machine, record, model.oid)
    _call_back(machine, ref, record, "on_train_begin", call.node)
    if not isinstance(model, ModelRef):
        if model is not None:
            _train_module(machine, ref, record, model, call.node)
            _called_back(machine, ref, record, model, call.node)
        return call.unknown("result")
    maker = own_method(machine, record, "create_optimizer")
    if maker is not None:
        machine.call(Method(maker, ref), Args(), call.node)
    _given_optimizer(machine, ref, model.oid, call.node)
    checkpoints = _leaves_checkpoints(machine, record)
    place = output_dir(machine, record)
    compiled = compiled_at(machine.world.life, model.oid)
    train(
        machine,
        _trained_by(machine, ref, record, model, call.node),
        call.node,
        Trained(
            "trainer",
            checkpoints=checkpoints,
            keeps=getattr(setting(machine, record, "save_total_limit"), "value", None),
            output_dir=place,
            resumes=call.place(RESUME),
            compiled_at=compiled,
            unread=unread(call, record),
            finds_none=finds_none(call, place),
        ),
    )
    if checkpoints and compiled is None:
        leave_checkpoint(machine, ref, model.oid, call.node)
    if checkpoints and machine.known(setting(machine, record, "push_to_hub") or Const(False)):
        push(machine, model.oid, record, call.node)  # with each checkpoint, and else never (transformers 5.23)
    _called_back(machine, ref, record, model, call.node)
    return call.unknown("result")


def _called_back(machine: Machine, ref: ObjRef, record: InstRec, model: Value, node: cst.CSTNode) -> None:
    """What callbacks do with a model while it is trained and afterwards; those that are not seen may save it."""
    last = False
    saves = ("on_save",) if _leaves_checkpoints(machine, record) else ()
    for name in ("on_step_end", "on_evaluate", "on_epoch_end", *saves, "on_train_end"):
        if name == "on_evaluate":
            last = evaluate_between(machine, ref, record, model, node)
        assumed = len(machine.world.assumed)
        _call_back(machine, ref, record, name, node)
        if name in AGAIN and not last and len(machine.world.assumed) == assumed:
            train_again(machine, record, model, AGAIN[name], node)  # not under a test: it may wait for the last epoch
    callbacks = machine.settle(record.fields.get("callbacks", Tup(())), node)
    if getattr(callbacks, "open", False) or not all(_is_seen(machine, c) for c in known_items(machine, callbacks)):
        hand_over(machine, [model], node)


AGAIN = {"on_step_end": "max_steps", "on_epoch_end": "num_train_epochs"}  # what says how often each is called


def _leaves_checkpoints(machine: Machine, record: InstRec) -> bool:
    strategy = setting(machine, record, "save_strategy")
    return not (isinstance(strategy, Const) and str(strategy.value) == "no") and strategy != Lib("no")


def _train_module(machine: Machine, ref: ObjRef, record: InstRec, module: Value, node: cst.CSTNode) -> None:
    """A module of the script's own that holds models: a step trains those that its loss is computed from. A checkpoint
    has its raw weights, or what the trainer's own class writes."""
    held = models_in(machine, [module])
    if not held:
        return
    found = _trained_by(machine, ref, record, module, node)
    trained = found or gradients_of(machine, [machine.call(module, Args(open=True), node)])
    checkpoints = _leaves_checkpoints(machine, record)
    if trained:
        train(
            machine, trained, node, Trained("trainer", checkpoints=checkpoints, output_dir=output_dir(machine, record))
        )
    else:
        hand_over(machine, [module], node)
    life = machine.world.life
    if checkpoints and own_method(machine, record, "_save") is not None:
        leave_checkpoint(machine, ref, held[0], node)
    elif checkpoints:
        for adapter in [a for oid in held for a in life.held(oid)]:
            life.keep(life.token(adapter), Keeping.UNSURE, None, machine.site(node))


def _is_seen(machine: Machine, callback: Value) -> bool:
    """Is all that a callback does seen: is it the project's, or of a library that the tables describe?"""
    callback = machine.settle(callback, machine.module.tree)
    record = record_of(machine, callback)
    made_of = record.cls or Lib(record.lib) if isinstance(record, InstRec) else callback
    if isinstance(made_of, Cls):
        bases = [base for cls in lineage(made_of) for base in cls.bases if not isinstance(base, Cls)]
    else:
        bases = [made_of]
    return all(base == NONE or (isinstance(base, Lib) and machine.knowledge.describes(base.name)) for base in bases)


def _note_checkpointing(machine: Machine, record: InstRec, oid: Oid) -> None:
    """Which form of gradient checkpointing the arguments ask for; trainers that wrap give inputs a gradient, too."""
    asked = setting(machine, record, "gradient_checkpointing")
    args = record_of(machine, record.fields.get("args", NONE))
    if asked is None or not machine.known(asked) or not isinstance(args, InstRec) or args.site is None:
        return
    note_checkpointing(machine, oid, setting(machine, record, "gradient_checkpointing_kwargs"), args.site)
    if machine.world.life.base(oid).integration or can_wrap(machine, record.lib):
        note_input_grads(machine, oid, True)


def _note_parting(machine: Machine, record: InstRec, oid: Oid) -> None:
    """Training arguments under which each process is left with a part of every parameter."""
    name, entries, wanted = machine.knowledge.parting_setting()
    value, args = setting(machine, record, name), record_of(machine, record.fields.get("args", NONE))
    for entry in entries:
        held = record_of(machine, value) if value is not None else None
        value = dict(held.items).get(Const(entry)) if isinstance(held, DictRec) else None
    if value == Const(wanted) and isinstance(args, InstRec) and args.site is not None:
        machine.emit_at(args.site, oid, Sharded())
        gather(machine, ModelRef(oid), whole=False)


def _trained_by(machine: Machine, ref: ObjRef, record: InstRec, model: Value, node: cst.CSTNode) -> frozenset[Oid]:
    """What a step trains: the trainer's model, or what the script's own loss is computed from."""
    usual = frozenset([model.oid] if isinstance(model, ModelRef) else ())
    own = own_method(machine, record, "training_step") or own_method(machine, record, "compute_loss")
    if own is None:
        return usual
    loss = machine.call(Method(own, ref), Args([model, machine.unknown(node, "inputs")]), node)
    return gradients_of(machine, [loss]) or usual


def _loss_of(call: LibCall) -> Value:
    """`super().compute_loss(model, inputs)`: what the model comes to, be its adapters on or off at this moment."""
    model = call.arg("model")
    if not isinstance(model, ModelRef):
        return call.unknown(models=gradients_of(call.machine, call.args.values()))
    return call.machine.call(model, Args(open=True), call.node)


def _given_optimizer(machine: Machine, ref: ObjRef, oid: Oid, node: cst.CSTNode) -> None:
    """`Trainer(optimizers=(optimizer, scheduler))`, or one that the script's own method has made: the adapters that
    the optimizer does not hold are not stepped."""
    record = record_of(machine, ref)
    if not isinstance(record, InstRec):
        return
    pair = items_of(machine, record.fields.get("optimizers", NONE), node)
    made = record.fields.get("optimizer", pair[0] if pair else NONE)
    inner = record_of(machine, machine.settle(made, node))
    if not isinstance(inner, InstRec) or inner.lib != names.OPTIMIZER:
        return
    waiting = tuple(machine.world.life.active(oid))
    stepped = stepped_by(machine, inner, waiting)
    if waiting and stepped is not None:
        machine.emit(node, oid, stepped)


def _call_back(machine: Machine, ref: ObjRef, record: InstRec, event: str, node: cst.CSTNode) -> None:
    """Callbacks are methods of objects given to the trainer; the model arrives as a keyword."""
    callbacks = machine.settle(record.fields.get("callbacks", Tup(())), node)
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
        if event == "on_evaluate":
            kw["metrics"] = machine.unknown(node, "metrics")
        args = fields.get("args", Sym(("attribute", ref.oid, "args")))
        state, control = Sym(("attribute", ref.oid, "state")), Sym(("attribute", ref.oid, "control"))
        machine.call(Method(method, item), Args([args, state, control], accepted(method, kw)), node)
        model = machine.settle(kw["model"], node)
        if isinstance(model, ModelRef) and machine.get(control, "should_save", node) == Const(True):
            leave_checkpoint(machine, ref, model.oid, node)  # the trainer does what the flag asks for


def _train_given(call: LibCall) -> Value:
    """`unsloth_train(trainer)`."""
    trainer = call.arg("trainer")
    if trainer is None:
        return call.unknown()
    return call.machine.call(call.machine.get(trainer, "train", call.node), Args(), call.node)


VERBS: dict[str, Verb] = {"loss_of": _loss_of, "train": _train, "train_given": _train_given}
