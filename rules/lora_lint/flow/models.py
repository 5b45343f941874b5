"""Attributes and methods of models: which kind of object has which, and what reading one of them shows."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.calls.library import LibCall, perform
from lora_lint.flow.configs import CONFIGS, configs_of
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.containers import new_list, record_of
from lora_lint.flow.objects.instances import PATCHED, bind_member
from lora_lint.flow.objects.openings import put_in
from lora_lint.flow.objects.types import class_of, kind_of
from lora_lint.flow.scope import Args
from lora_lint.flow.values import Bound, Const, InstRec, ModelRef, ObjRef, Sym, Value, WeightsRec
from lora_lint.flow.view import view_of
from lora_lint.flow.worlds.world import NOTES
from lora_lint.knowledge import bare, kinds
from lora_lint.knowledge.rows import Row
from lora_lint.lifecycle.events.models import Overridden
from lora_lint.lifecycle.events.script import Accessed
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.records import BaseModel, Config, Oid, PeftModel, Wrapper

SET_ON_MODELS: Oid = ("set on models", 0)  # the frame that holds what the script assigned to attributes of models
LOADED_BY = "loaded by"  # in the notes: the name of a model, which may hang on a test


def row_for(life: Life, oid: Oid, name: str) -> Row | None:
    """What a method of this name does on a model of this kind."""
    kind, model = kind_of(life, oid), life.models[oid]
    if kind == "unknown" and name in kinds.PEFT_ONLY:
        kind = "peft"
    own = kinds.OF_CLASSES.get(model.cls, {}) if isinstance(model, BaseModel) else {}
    if name in own:
        return own[name]
    for table in kinds.METHODS[kind]:
        if name in table:
            return table[name]
    return None


def _prompt_of(life: Life, oid: Oid) -> str:
    """The class of the config where a prompt is all that a PeftModel has: no layer is changed, and none is merged."""
    model = life.models[oid]
    if not isinstance(model, PeftModel) or not model.known:
        return ""
    records = [life.adapters[adapter] for _, adapter in model.adapters]
    if not records or not all(record.beside for record in records):
        return ""
    return next((record.config.cls for record in records if isinstance(record.config, Config)), kinds.ANY_PROMPT)


def has_attribute(life: Life, oid: Oid, name: str) -> bool | None:
    """What `hasattr` says; None where it depends on the class of the model."""
    model = life.models[oid]
    kind = kind_of(life, oid)
    if kind == "parallel":
        return name in kinds.OF_PARALLEL
    if kind in ("compiled", "sharded"):
        assert isinstance(model, Wrapper)
        return True if name == kinds.INNER[kind] else has_attribute(life, model.inner, name)
    if name in kinds.INNER.values():
        return False
    if kind == "unknown":
        return None
    if kind == "peft":
        if name in kinds.OF_PEFT:
            return not (name in kinds.OF_LAYERS and _prompt_of(life, oid))
        if isinstance(model, PeftModel) and model.extended:
            return True if name in kinds.OF_EXTENDED else None
        return False if name in kinds.NEVER_PEFT else None
    if kind == "tuner":
        return name not in kinds.PEFT_ONLY_WRAPPER if name in kinds.PEFT_ONLY else None
    assert isinstance(model, BaseModel)
    if name == "peft_config":
        return bool(model.layers) or model.integration
    if name in kinds.PEFT_ONLY:
        return False
    if name in kinds.OF_PLAIN:
        return True
    return None


def get_from_model(machine: Machine, value: ModelRef, name: str, node: cst.CSTNode) -> Value:
    """`model.name`. Names that only a PeftModel has show, wherever they are read, which kind of model it is."""
    life = machine.world.life
    oid = value.oid
    stored = machine.world.frames.get(SET_ON_MODELS)
    if stored is not None and (oid, name) in stored:
        return stored[oid, name]
    model = life.models[oid]
    changed = machine.world.frames.get(PATCHED)
    if changed is not None and name in {attribute for _, attribute in changed}:
        return _patched(machine, value, name, node)
    if isinstance(model, Wrapper):
        return _get_from_wrapper(machine, value, model, name, node)
    if isinstance(model, BaseModel) and model.traits and name not in kinds.OF_MODULES and life.trait(oid, "remade"):
        return Sym(("attribute", oid, name))
    if name == "__class__":
        return class_of(machine, value, node)
    if isinstance(model, PeftModel) and model.mixed and name in kinds.NOT_OF_MIXED:
        return _missing(machine, oid, Accessed(name, ok=False, undone=True), node)
    if name in kinds.OF_LAYERS and (prompt := _prompt_of(life, oid)):
        return _missing(machine, oid, Accessed(name, ok=False, config=prompt), node)
    if name in kinds.PEFT_ONLY:
        if _lacks(machine, oid, name):
            return _missing(machine, oid, Accessed(name, ok=False, view=view_of(machine)), node)
        machine.emit(node, oid, Accessed(name, ok=True))
        if isinstance(model, BaseModel) and not model.known and name != "peft_config":
            oid = unknown_peft(machine, oid, node)
    peft = life.peft(oid)
    if peft is not None:
        return _get_from_peft(machine, oid, peft, name, node)
    model = life.base(oid)
    if name == "peft_config" and model.layers:
        return configs_of(machine, oid, node)
    life.use(oid)
    if row_for(life, oid, name) is not None:
        return Bound(ModelRef(oid), name)
    component = machine.parts.component(machine, oid, model, name, node)
    return component if component is not None else Sym(("attribute", oid, name))


def _patched(machine: Machine, value: ModelRef, name: str, node: cst.CSTNode) -> Value:
    """A method that the script put on a class of models, `PeftModel.name = function`: taken to be this model's."""
    found = next(new for (_, attribute), new in machine.world.frames[PATCHED].items() if attribute == name)
    return bind_member(machine, found, value, node)


def _lacks(machine: Machine, oid: Oid, name: str) -> bool:
    return has_attribute(machine.world.life, oid, name) is False


def unknown_peft(machine: Machine, oid: Oid, node: cst.CSTNode) -> Oid:
    """A model of which nothing is known is used as only a PeftModel can be: it is one, with adapters not known."""
    life = machine.world.life
    frame = machine.world.frame(NOTES)
    found = frame.get((oid, "as peft"))
    if isinstance(found, ModelRef):
        return found.oid
    adapter = life.adapter(machine.site(node), None, "unknown")
    wrapped = life.wrap(oid, adapter, machine.site(node), known=False)
    frame[oid, "as peft"] = ModelRef(wrapped)
    return wrapped


def _missing(machine: Machine, oid: Oid, accessed: Accessed, node: cst.CSTNode) -> Value:
    """The model at hand has no such attribute."""
    machine.emit(node, oid, accessed)
    return machine.fail(node, "NotImplementedError" if accessed.undone else "AttributeError", oid)


def _get_from_wrapper(machine: Machine, value: ModelRef, model: Wrapper, name: str, node: cst.CSTNode) -> Value:
    inner = ModelRef(model.inner)
    if model.kind in ("compiled", "sharded"):
        if name == kinds.INNER[model.kind]:
            return inner
        if name in kinds.OF_MODULES and name not in ("__class__",):
            return Bound(value, name)
        return machine.get(inner, name, node)
    if name == kinds.INNER[model.kind]:
        return inner
    if name in kinds.OF_PARALLEL or name.startswith("_"):
        return Bound(value, name)
    return _missing(machine, value.oid, Accessed(name, ok=False), node)


def _get_from_peft(machine: Machine, oid: Oid, model: PeftModel, name: str, node: cst.CSTNode) -> Value:
    life = machine.world.life
    if name == "base_model":  # the tuner, where there is one
        return ModelRef(model.base) if _prompt_of(life, oid) else Bound(ModelRef(oid), "base_model")
    if name == "model":
        return ModelRef(model.base)
    if name == kinds.INNER["parallel"]:  # no PeftModel has that: on several devices it is wrapped where it is prepared
        return ModelRef(oid)
    if name in CONFIGS:
        return CONFIGS[name](machine, oid, node)
    if name == "active_adapters":
        return new_list(machine, node, [Const(n) for n in model.active if isinstance(n, str)], open=not model.known)
    if name == "active_adapter":
        only = model.active[0] if len(model.active) == 1 else None
        return Const(only) if isinstance(only, str) and model.known else machine.unknown(node)
    if model.tuner and name in kinds.PEFT_ONLY_WRAPPER:
        return machine.get(ModelRef(model.base), name, node)
    if name in bare.LISTING and not model.tuner:
        _get_through(machine, oid, model, name, node)
        return Sym(("attribute", oid, name))  # under the names that they have in the wrapper
    never = kinds.NEVER_PEFT.get(name)
    if never is not None and not model.tuner and life.base(oid).known and not model.extended:
        renamed = (never.method, never.arguments) if never.method else None
        return _missing(machine, oid, Accessed(name, ok=False, instead=never.said, renamed=renamed), node)
    if row_for(life, oid, name) is not None:
        return Bound(ModelRef(oid), name)
    if name in kinds.PEFT_ONLY:
        return Sym(("attribute", oid, name))
    return _get_through(machine, oid, model, name, node) if not model.tuner else Sym(("attribute", oid, name))


def _get_through(machine: Machine, oid: Oid, model: PeftModel, name: str, node: cst.CSTNode) -> Value:
    """`peft_model.classifier`: of the base model. Who comes to it through a PeftModel that a merge has emptied does not
    use what that merge has returned."""
    life = machine.world.life
    unused = not life.base(oid).used
    found = machine.get(ModelRef(model.base), name, node)
    if unused and life.emptied(oid) and life.base(oid).used:
        life.replace_base(life.root(oid), used=False)
    return found


def get_from_bound(machine: Machine, value: Bound, name: str, node: cst.CSTNode) -> Value:
    """`peft_model.base_model.name`: the tuner inside, which forwards what it has not to the transformers model."""
    if value.name == "base_model" and isinstance(value.receiver, ModelRef):
        peft = machine.world.life.peft(value.receiver.oid)
        if peft is not None:
            if name == "model":
                return ModelRef(peft.base)
            if name in kinds.THROUGH_BASE_MODEL:
                return machine.get(value.receiver, name, node)
            return _get_through(machine, value.receiver.oid, peft, name, node)
    return machine.unknown(node, name)


def set_on_model(machine: Machine, value: ModelRef, name: str, new: Value, node: cst.CSTNode) -> None:
    """`model.name = new`."""
    if name == "state_dict":
        gives = _state_given(machine, new, node)
        if not gives:  # the model's own method again
            machine.world.frame(SET_ON_MODELS).pop((value.oid, name), None)
            return
        machine.emit(node, value.oid, Overridden(gives=gives))
    elif machine.knowledge.marks_quantized(name) and machine.known(new) is False:
        machine.world.life.replace_base(value.oid, quantized="")
    elif _is_layer(machine, new):
        put_in(machine, value.oid, name, node)
    machine.world.frame(SET_ON_MODELS)[value.oid, name] = new


def _is_layer(machine: Machine, value: Value) -> bool:
    record = record_of(machine, value)
    return isinstance(record, InstRec) and machine.knowledge.has_weights(record.lib)


def _state_given(machine: Machine, new: Value, node: cst.CSTNode) -> str:
    """What a replaced `state_dict` method returns: "adapter" keys, something "unknown", or "" for the model's own."""
    new = machine.settle(new, node)
    if isinstance(new, Bound) and new.name == "state_dict":
        return ""
    result = machine.settle(machine.call(new, Args(), node), node)
    record = machine.world.heap.get(result.oid) if isinstance(result, ObjRef) else None
    return record.keys if isinstance(record, WeightsRec) and record.keys == "adapter" else "unknown"


def call_model(machine: Machine, receiver: ModelRef, name: str, args: Args, node: cst.CSTNode) -> Value:
    """`model.name(...)`."""
    life = machine.world.life
    row = row_for(life, receiver.oid, name)
    if row is None:
        return machine.unknown(node, models=frozenset([receiver.oid]))
    return perform(LibCall(machine, name, row, receiver, args, node))


def call_forward(machine: Machine, receiver: ModelRef, args: Args, node: cst.CSTNode) -> Value:
    """`model(...)`."""
    return call_model(machine, receiver, "__call__", args, node)
