"""Forward, backward, optimizers, freezing: what gets trained."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.containers import known_items, new_list, record_of
from lora_lint.flow.library import LibCall, Verb, gradients_of, models_in
from lora_lint.flow.machine import Machine
from lora_lint.flow.models import TRAITS
from lora_lint.flow.values import (
    NONE,
    Const,
    DictRec,
    InstRec,
    ModelRef,
    ObjRef,
    Param,
    Sym,
    Tup,
    Value,
    WeightsRec,
)
from lora_lint.flow.verbs.wrapping import receiver
from lora_lint.flow.weights import entries, parameters
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.records import BaseModel, Frozen, Oid, PeftModel, Sure, Token, Wrapper

# -- passes through the model ----------------------------------------------------------------------------------------------


def _forward(call: LibCall) -> Value:
    """`model(**batch)`: what comes out knows which model made it, unless no gradient is wanted."""
    machine = call.machine
    oid = receiver(call)
    life = machine.world.life
    base = life.base(oid)
    if (base.merged or base.stripped) and life.peft(oid) is None and not base.used:
        life.replace_base(oid, used=True)
    given = gradients_of(machine, call.args.values())
    if machine.world.muted or call.name == "generate":
        return call.unknown(models=given)
    if switched_off(life, oid):
        machine.world.frame(TRAITS)[oid, "ran while off"] = Const(True)
        return call.unknown(models=given | {(("off", oid), 0)})
    return call.unknown(models=given | {oid})


def switched_off(life: Life, oid: Oid) -> bool:
    """The adapters have no effect on a forward pass: disabled, or merged in place."""
    peft = life.peft(oid)
    if peft is not None:
        return peft.disabled is not None or peft.folded is not None
    base = life.base(oid)
    return base.disabled is not None and bool(base.layers)


def train(machine: Machine, oids: frozenset[Oid], node: cst.CSTNode, how: str, **facts: object) -> None:
    """A step of training for the models that a loss was computed from."""
    life = machine.world.life
    on = [oid for oid in oids if oid in life.models]
    off = [oid[0][1] for oid in oids if isinstance(oid[0], tuple) and oid[0][:1] == ("off",)]
    for oid in sorted(on, key=str):
        _train_one(machine, oid, node, how, off=False, **facts)
    for oid in sorted(off, key=str):  # a pass with the adapters off adds nothing where another one had them on
        if oid in life.models and oid not in on:
            _train_one(machine, oid, node, how, off=True, **facts)


def _train_one(machine: Machine, oid: Oid, node: cst.CSTNode, how: str, *, off: bool, **facts: object) -> None:
    life = machine.world.life
    site = machine.site(node)
    active = life.active(oid)
    disabled = off or _disabled_now(life, oid)
    open_ = [a for a in active if life.adapters[a].frozen is None]
    frozen = [a for a in active if life.adapters[a].frozen is not None]
    machine.emit(
        "trained",
        node,
        oid,
        how=how,
        adapters=tuple(open_) if not disabled else (),
        frozen=tuple(frozen),
        disabled=disabled,
        active=tuple(active),
        held=tuple(life.held(oid)),
        emptied=life.emptied(oid),
        reentrant=_trait(machine, oid, "reentrant"),
        input_grads=_trait(machine, oid, "input grads"),
        **facts,
    )
    if disabled:
        return
    trained = life.train(oid, site)
    moved = machine.world.frame(TRAITS)
    for adapter in trained:
        moved[adapter, "gradient"] = Const(True)


def _trait(machine: Machine, oid: Oid, name: str) -> object:
    """What was last set for a model's root; None where nothing was."""
    found = machine.world.frames.get(TRAITS, {}).get((machine.world.life.root(oid), name))
    return found.value if isinstance(found, Const) else None


def _disabled_now(life: Life, oid: Oid) -> bool:
    peft = life.peft(oid)
    if peft is not None:
        return peft.disabled is not None
    base = life.base(oid)
    return base.disabled is not None and bool(base.layers)


def _backward(call: LibCall) -> Value:
    """`accelerator.backward(loss)`."""
    train(call.machine, gradients_of(call.machine, call.args.values()), call.node, "backward")
    return NONE


# -- optimizers ----------------------------------------------------------------------------------------------------------


def _optimizer(call: LibCall) -> Value:
    """`AdamW(model.parameters())`: the optimizer steps what it was given then, and nothing that comes later."""
    machine = call.machine
    site = machine.site(call.node)
    value = call.arg("params")
    held = optimized(machine, value) if value is not None else None
    fields: dict[str, Value] = {"held": held if held is not None else NONE}
    ref = ObjRef(machine.world.new(site, InstRec(None, "torch.Optimizer", fields, site)))
    oids = models_in(machine, [value]) if value is not None else []
    for param in known_items(machine, held) if held is not None else []:
        if isinstance(param, Param):
            oids.append(param.model)
    machine.emit("optimizer", call.node, oids[0] if oids else None, ref=ref.oid)
    return ref


def optimized(machine: Machine, value: Value) -> Value | None:
    """The representative parameters that an optimizer holds, as a tuple; None where they are not known."""
    value = machine.settle(value, machine.module.tree)
    if isinstance(value, Param):
        return Tup((value,))
    record = record_of(machine, value)
    if isinstance(record, DictRec):  # a parameter group
        inner = dict(record.items).get(Const("params"))
        return optimized(machine, inner) if inner is not None else None
    if isinstance(value, Tup) or record is not None:
        found: list[Value] = []
        is_open = value.open if isinstance(value, Tup) else bool(getattr(record, "open", False))
        for item in known_items(machine, value):
            inside = optimized(machine, item)
            if inside is None:
                return None
            found += known_items(machine, inside)
        return None if is_open and not found else Tup(tuple(found), is_open)
    return None


def _add_parameters(call: LibCall) -> Value:
    record = record_of(call.machine, call.receiver) if call.receiver is not None else None
    if isinstance(record, InstRec) and isinstance(call.receiver, ObjRef):
        group = call.arg("param_group")
        more = optimized(call.machine, group) if group is not None else None
        held = record.fields.get("held")
        joined = Tup((*held.items, *more.items)) if isinstance(held, Tup) and isinstance(more, Tup) else NONE
        call.machine.world.put(call.receiver.oid, InstRec(record.cls, record.lib, {**record.fields, "held": joined}, record.site))
    return NONE


def _optimizer_step(call: LibCall) -> Value:
    """`optimizer.step()`: which adapters with a gradient does it hold?"""
    machine = call.machine
    record = record_of(machine, call.receiver) if call.receiver is not None else None
    if not isinstance(record, InstRec) or not isinstance(call.receiver, ObjRef):
        return NONE
    held = record.fields.get("held")
    life = machine.world.life
    waiting = [key[0] for key in machine.world.frames.get(TRAITS, {}) if key[1] == "gradient" and key[0] in life.adapters]
    if isinstance(held, Tup) and waiting:
        stepped = {p.adapter for p in held.items if isinstance(p, Param)}
        machine.emit(
            "stepped",
            call.node,
            None,
            optimizer=call.receiver.oid,
            made=record.site,
            adapters=tuple(waiting),
            missed=tuple(a for a in waiting if a not in stepped) if not held.open else (),
        )
    return NONE


# -- parameters and state dicts --------------------------------------------------------------------------------------------


def _parameters(call: LibCall) -> Value:
    """`model.parameters()`, `model.named_parameters()`."""
    life = call.machine.world.life
    oid = receiver(call)
    if not life.base(oid).known:
        return Sym(("parameters", oid))
    params = parameters(life, oid)
    if call.option("named"):
        return Tup(tuple(Tup((Const(p.key), p)) for p in params))
    return Tup(tuple(params))


def get_from_param(machine: Machine, value: Param, name: str, node: cst.CSTNode) -> Value:
    """`param.requires_grad` and the rest of a tensor."""
    life = machine.world.life
    if name == "requires_grad":
        if value.adapter is not None and value.adapter in life.adapters:
            adapter = life.adapters[value.adapter]
            active = value.adapter in life.active(value.model)
            return Const(adapter.frozen is None and active)
        base = life.models.get(value.model)
        if isinstance(base, BaseModel):
            return Const(base.trainable is not Sure.NO)
        return machine.unknown(node)
    if name in ("data", "T"):
        return value
    from lora_lint.flow.values import Bound

    return Bound(value, name)


def set_on_param(machine: Machine, value: Param, name: str, new: Value, node: cst.CSTNode) -> None:
    """`param.requires_grad = False`."""
    if name == "requires_grad":
        set_requires_grad(machine, value, machine.known(new), node)


def set_requires_grad(machine: Machine, param: Param, on: bool | None, node: cst.CSTNode) -> None:
    life = machine.world.life
    site = machine.site(node)
    if on is None:
        return
    if param.adapter is not None and param.adapter in life.adapters:
        current = life.adapters[param.adapter].frozen
        if on:
            life.freeze(param.adapter, None)
        elif current is None or current.cause != "requires_grad":
            machine.emit("frozen", node, param.model, adapter=param.adapter)
            life.freeze(param.adapter, Frozen("requires_grad", site))
    elif isinstance(life.models.get(param.model), BaseModel):
        wanted = Sure.YES if on else Sure.NO
        base = life.base(param.model)
        if base.trainable is not wanted:
            life.replace(param.model, trainable=wanted)


def _requires_grad(call: LibCall) -> Value:
    """`model.requires_grad_(False)`."""
    machine = call.machine
    on = call.plain("requires_grad", True)
    oid = receiver(call)
    for param in parameters(machine.world.life, oid):
        set_requires_grad(machine, param, on if isinstance(on, bool) else None, call.node)
    return ModelRef(oid)


def _state_dict(call: LibCall) -> Value:
    """`model.state_dict()`."""
    return weights_of(call, receiver(call))


def weights_of(call: LibCall, oid: Oid) -> Value:
    machine = call.machine
    life = machine.world.life
    overridden = machine.world.frames.get(TRAITS, {}).get((oid, "state_dict"))
    if overridden is not None:
        return call.unknown("state")
    model = life.models[oid]
    keys = "prefixed" if isinstance(model, Wrapper) else "own"
    tokens: tuple[Token, ...] = tuple(life.token(a) for a in life.held(oid))
    return ObjRef(machine.world.new(machine.site(call.node), WeightsRec(oid, keys, tokens)))


def _state_dict_of(call: LibCall) -> Value:
    """`accelerator.get_state_dict(model)`: the keys of the unwrapped model."""
    oid = call.model("model")
    if oid is None:
        return call.unknown()
    life = call.machine.world.life
    model = life.models[oid]
    while isinstance(model, Wrapper) and model.kind == "parallel":
        oid = model.inner
        model = life.models[oid]
    return weights_of(call, oid)


def _adapter_weights(call: LibCall) -> Value:
    """`get_peft_model_state_dict(model)`: the adapter's tensors, the adapter's name taken out of the keys."""
    oid = receiver(call) if isinstance(call.receiver, ModelRef) else call.model("model")
    if oid is None:
        return call.unknown()
    life = call.machine.world.life
    tokens = tuple(life.token(a) for a in life.held(oid))
    return ObjRef(call.machine.world.new(call.machine.site(call.node), WeightsRec(oid, "adapter", tokens)))


def _load_weights(call: LibCall) -> Value:
    """`set_peft_model_state_dict(model, weights)`: the adapter now holds what was saved or copied elsewhere."""
    oid = call.model("model")
    if oid is not None:
        hold_loaded(call.machine, oid, call.arg("peft_model_state_dict"), call.node)
    return call.unknown()


def _load_state_dict(call: LibCall) -> Value:
    hold_loaded(call.machine, receiver(call), call.arg("state_dict"), call.node)
    return call.unknown()


def hold_loaded(machine: Machine, oid: Oid, value: Value | None, node: cst.CSTNode) -> None:
    """Adapters hold the weights of another moment: those of a state dict in hand, or of a file."""
    life = machine.world.life
    record = record_of(machine, value) if value is not None else None
    if isinstance(record, WeightsRec):
        held = life.held(oid)
        for adapter, token in zip(held, record.tokens, strict=False):
            life.replace_adapter(adapter, token=token)


def weights_method(machine: Machine, ref: ObjRef, record: WeightsRec, name: str, args: object, node: cst.CSTNode) -> Value:
    """`state.items()`, `.keys()`, `.values()`, `.copy()`."""
    pairs = entries(machine.world.life, record)
    if name == "items":
        return Tup(tuple(Tup(pair) for pair in pairs))
    if name == "keys":
        return Tup(tuple(key for key, _ in pairs))
    if name == "values":
        return Tup(tuple(item for _, item in pairs))
    return ref if name == "copy" else machine.unknown(node)


# -- preparing -----------------------------------------------------------------------------------------------------------


def _prepare(call: LibCall) -> Value:
    """`prepare_model_for_kbit_training(model)`: freezes every parameter it finds, adapters included."""
    machine = call.machine
    life = machine.world.life
    oid = call.model("model")
    if oid is None:
        return call.unknown()
    held = life.held(oid)
    machine.emit("prepared_kbit", call.node, oid, adapters=tuple(held))
    for adapter in held:
        life.freeze(adapter, Frozen("kbit", machine.site(call.node)))
    life.replace_base(oid, trainable=Sure.NO)
    return ModelRef(oid)


def _resize(call: LibCall) -> Value:
    """`model.resize_token_embeddings(n)`."""
    machine = call.machine
    oid = receiver(call)
    learned = ("tokens", "added") in machine.world.frames.get(TRAITS, {})
    machine.emit("resized", call.node, oid, learned=learned)
    machine.world.life.replace_base(oid, resized_at=machine.site(call.node))
    if learned:
        machine.world.frame(TRAITS)[machine.world.life.root(oid), "new tokens"] = Const(True)
    return call.unknown()


def _checkpointing(call: LibCall) -> Value:
    machine = call.machine
    oid = receiver(call)
    options = call.arg("gradient_checkpointing_kwargs")
    reentrant = machine.knowledge.reentrant_by_default()
    record = record_of(machine, options) if options is not None else None
    if isinstance(record, DictRec):
        asked = dict(record.items).get(Const("use_reentrant"))
        reentrant = machine.known(asked) if asked is not None else reentrant
    machine.emit("checkpointing", call.node, oid, reentrant=reentrant)
    machine.world.frame(TRAITS)[machine.world.life.root(oid), "reentrant"] = Const(reentrant)
    return call.unknown()


def _input_grads(call: LibCall) -> Value:
    machine = call.machine
    oid = receiver(call)
    on = bool(call.option("on"))
    machine.emit("input_grads", call.node, oid, on=on)
    machine.world.frame(TRAITS)[machine.world.life.root(oid), "input grads"] = Const(on)
    return NONE


VERBS: dict[str, Verb] = {
    "forward": _forward,
    "backward": _backward,
    "optimizer": _optimizer,
    "add_parameters": _add_parameters,
    "optimizer_step": _optimizer_step,
    "parameters": _parameters,
    "requires_grad": _requires_grad,
    "state_dict": _state_dict,
    "state_dict_of": _state_dict_of,
    "adapter_weights": _adapter_weights,
    "load_weights": _load_weights,
    "load_state_dict": _load_state_dict,
    "prepare": _prepare,
    "resize": _resize,
    "checkpointing": _checkpointing,
    "input_grads": _input_grads,
}
__all__ = ["VERBS", "PeftModel", "new_list", "train"]
