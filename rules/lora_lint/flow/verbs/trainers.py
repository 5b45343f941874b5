"""Trainer and its kin: they may wrap the model, they train it, keep checkpoints, call callbacks and save."""

from __future__ import annotations

from lora_lint.flow.calls.library import FILLERS, LibCall, Verb
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.containers import items_of, known_items, record_of
from lora_lint.flow.objects.instances import find_member
from lora_lint.flow.objects.provenance import as_model
from lora_lint.flow.scope import Args
from lora_lint.flow.values import NONE, Const, Func, Gate, InstRec, ModelRef, ObjRef, Sym, Tup, Value
from lora_lint.flow.verbs.loading import folded_in
from lora_lint.flow.verbs.references import REFERENCE, add_reference, shared_with_reference
from lora_lint.flow.verbs.wrapping import config_of, put_on
from lora_lint.knowledge import names
from lora_lint.lifecycle.events.models import Created, Wrapped
from lora_lint.lifecycle.events.training import TrainerMade
from lora_lint.lifecycle.records import Config, Oid


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
    wraps = call.option("wraps") or (
        machine.knowledge.lineage(call.name) != [names.TRAINER] and can_wrap(machine, call.name)
    )
    if model is None and not call.args.open:
        maker = fields.get("model_init")
        model = machine.call(maker, Args(), call.node) if maker is not None and maker != NONE else None
    if model is not None:
        model = machine.settle(model, call.node)
        if isinstance(model, (Const,)) and isinstance(model.value, str):
            model = _load_by_name(call, model.value)
        elif isinstance(model, Sym) and wraps and fields.get("peft_config", NONE) != NONE:
            oid = as_model(machine, model, call.node)
            model = ModelRef(oid) if oid is not None else model
            if oid is not None and not call.option("loads") and not machine.world.life.base(oid).cls:
                machine.world.life.note(oid, generates=True)
    given = machine.settle(fields.get("peft_config", NONE), call.node)
    if wraps and isinstance(model, ModelRef) and given != NONE:
        model = _wrapped_by_trainer(call, model.oid, given)
    if model is not None:
        fields |= dict.fromkeys(names.TRAINERS_MODEL, model)
        fields[names.TRAINERS_ENGINE] = Gate(("attribute", ref.oid, names.TRAINERS_ENGINE), model, NONE)
    callbacks = fields.get("callbacks")
    called = machine.settle(callbacks, call.node) if callbacks is not None else NONE
    several = items_of(machine, called, call.node) if called != NONE else []
    fields["callbacks"] = Tup(tuple(known_items(machine, called) if several is None else several), several is None)
    if "args" not in fields or fields["args"] == NONE:
        fields.pop("args", None)
    record = machine.world.heap[ref.oid]
    assert isinstance(record, InstRec)
    machine.world.put(
        ref.oid, InstRec(record.cls, record.lib or call.name, {**record.fields, **fields}, machine.site(call.node))
    )
    if isinstance(model, ModelRef):
        if given == NONE and fields.get(REFERENCE, NONE) == NONE:
            add_reference(call, model.oid, ref)
        machine.world.life.use(model.oid)
        refuses, shares = _refuses(machine, call.name, model.oid), shared_with_reference(call, ref, model.oid)
        made = TrainerMade(args=_args_site(machine, fields), refuses=refuses, shares=shares)
        machine.emit(call.node, model.oid, made)


def _refuses(machine: Machine, trainer: str, oid: Oid) -> bool:
    """Are the weights quantized, and is there certainly no adapter on the model, nor in what it was loaded from?"""
    life = machine.world.life
    base = life.base(oid)
    plain = base.known and life.peft(oid) is None and not base.layers and life.trait(oid, "small by itself") is None
    quantized = bool(base.quantized) and base.quantized != "maybe"
    return plain and quantized and machine.knowledge.asks_for_adapter(trainer, base.source)


def _args_site(machine: Machine, fields: dict[str, Value]) -> object:
    record = record_of(machine, fields.get("args", NONE))
    return record.site if isinstance(record, InstRec) else None


def can_wrap(machine: Machine, name: str) -> bool:
    """Does a trainer of this class wrap the model when it is given a peft_config?"""
    row = machine.knowledge.function(name)
    return row is not None and bool(row.options.get("wraps"))


def _load_by_name(call: LibCall, name: str) -> Value:
    """A trainer given a model's name loads it."""
    cls, known = call.option("loads") or "AutoModelForCausalLM", call.machine.knowledge
    tied = known.ties_embeddings(name)
    life = call.machine.world.life
    place = call.place("model") if life.disk else None
    folded = folded_in(life, place) if place is not None else ()
    traits = (*((("tied", tied),) if tied is not None else ()), *folded)
    site = call.machine.site(call.node)
    oid = life.create(site, cls, source=name, traits=traits, named=known.class_of(cls, name))
    call.machine.emit(call.node, oid, Created())
    return ModelRef(oid)


def _wrapped_by_trainer(call: LibCall, oid: Oid, given: Value) -> Value:
    """A trainer that is given a peft_config wraps the model; what it does with a PeftModel depends on its release."""
    machine = call.machine
    decided = machine.known(given)
    config = config_of(machine, given, call)
    peft = machine.world.life.peft(oid)
    if isinstance(given, Sym):
        there = machine.truth(given, call.written("peft_config") or call.node)
        if decided is None and there is (peft is not None):
            machine.world.weak = True  # nobody has asked whether there is a config: only a plain model needs one
        if not there:
            return ModelRef(oid)
    elif decided is False:
        return ModelRef(oid)
    what = machine.knowledge.given_both(call.name) if peft is not None and not peft.tuner else "wraps"
    if what == "keeps":
        return ModelRef(oid)
    if what == "raises":
        machine.emit(
            call.node,
            oid,
            Wrapped(by="trainer", config=config, name="default", raises=machine.knowledge.refuses_both(call.name)),
        )
        machine.fail(call.node, "ValueError", oid)
        return ModelRef(oid)
    if what == "merges":
        return ModelRef(_merged_and_wrapped(call, oid, config))
    return ModelRef(put_on(call, oid, config, by="trainer"))


def _merged_and_wrapped(call: LibCall, oid: Oid, config: Config | None) -> Oid:
    """The adapter that is there goes into the base, and a new one is put on that."""
    life = call.machine.world.life
    inside = tuple(life.active(oid))
    base = life.merge(oid, call.machine.site(call.node))
    return put_on(call, base, config, by="trainer", inside=inside)


FILLERS["trainer"] = fill_trainer


def own_method(machine: Machine, record: InstRec, name: str) -> Func | None:
    """A method of this name that a class of the project puts in the place of the trainer's."""
    found = find_member(machine, record.cls, name) if record.cls is not None and name else None
    return found if isinstance(found, Func) else None


def accepted(method: Func, kw: dict[str, Value]) -> dict[str, Value]:
    """Those of the keywords that a method of the project takes."""
    params = method.node.params
    if params.star_kwarg is not None:
        return kw
    names = {param.name.value for param in (*params.params, *params.kwonly_params)}
    return {name: value for name, value in kw.items() if name in names}


def _add_callback(call: LibCall) -> Value:
    found = call.instance()
    callback = call.arg("callback")
    if found is not None and callback is not None:
        ref, record = found
        before = call.machine.settle(record.fields.get("callbacks", Tup(())), call.node)
        callbacks = Tup((*known_items(call.machine, before), callback), isinstance(before, Tup) and before.open)
        call.machine.world.put(
            ref.oid, InstRec(record.cls, record.lib, {**record.fields, "callbacks": callbacks}, record.site)
        )
    return NONE


VERBS: dict[str, Verb] = {"trainer": _trainer, "add_callback": _add_callback}
