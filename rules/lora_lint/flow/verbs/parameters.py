"""Parameters and state dicts: what can train, and what tensors are taken out of a model or put into it."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.machine import Machine
from lora_lint.flow.models import NOTES, SET_ON_MODELS
from lora_lint.flow.modules import Site
from lora_lint.flow.objects.containers import known_items, record_of
from lora_lint.flow.objects.mixing import mix_into
from lora_lint.flow.objects.passes import lazily
from lora_lint.flow.objects.provenance import OF_MODEL
from lora_lint.flow.objects.weights import entries, own_keys, parameters
from lora_lint.flow.scope import Args
from lora_lint.flow.values import NONE, Bound, Const, DictRec, ModelRef, ObjRef, Param, Sym, Tup, Value, WeightsRec
from lora_lint.flow.verbs.python.system import read_from
from lora_lint.flow.verbs.unmatched import astray, is_nameless, is_unread
from lora_lint.flow.worlds.behind import models_inside, parts_behind
from lora_lint.knowledge.keys import PREFIXES, is_layer, module_of
from lora_lint.knowledge.spoken_keys import OF_KEYS
from lora_lint.lifecycle.events.models import WeightsPut
from lora_lint.lifecycle.events.training import BaseOpened, Froze, PartOpened
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.records import BaseModel, Frozen, Keeping, Oid, Sure, Token, Wrapper

ASKED_DETACHED = "asked detached"  # in the notes: a tensor of its state dict was asked whether it takes a gradient


def held_on_models(machine: Machine) -> list[tuple[tuple[Oid, str], Value]]:
    """What the script has put on models, by model and attribute."""
    return list(machine.world.frames.get(SET_ON_MODELS, {}).items())


def _parameters(call: LibCall) -> Value:
    """`model.parameters()`, `model.named_parameters()`."""
    life = call.machine.world.life
    oid = call.target()
    if any(owner == oid and models_inside(part) for (owner, _), part in held_on_models(call.machine)):
        return call.unknown()  # `model.decoder = get_peft_model(model.decoder, config)`: those of that one, too
    if not life.base(oid).known:
        return Sym((OF_MODEL, oid))
    params = parameters(life, oid)
    if call.option("named"):
        return Tup(tuple(Tup((Const(p.key), p)) for p in params))
    return lazily(call.machine, Tup(tuple(params)), call.node)


def get_from_param(machine: Machine, value: Param, name: str, node: cst.CSTNode) -> Value:
    """`param.requires_grad` and the rest of a tensor."""
    life = machine.world.life
    if name == "requires_grad":
        if value.detached:
            if value.adapter is not None:
                machine.world.frame(NOTES)[value.adapter, ASKED_DETACHED] = Const(True)
            return Const(False)
        if value.adapter is not None and value.adapter in life.adapters:
            adapter = life.adapters[value.adapter]
            on = value.adapter in life.active(value.model) and not life.switched_off(value.adapter)
            return Const(adapter.frozen is None and on and _base_key(life, value) not in _closed(machine, value))
        base = life.models.get(value.model)
        if isinstance(base, BaseModel):
            return machine.unknown(node) if base.trainable is Sure.MAYBE else Const(base.trainable is Sure.YES)
        return machine.unknown(node)
    if name in ("data", "T"):
        return value
    return Bound(value, name)


def set_on_param(machine: Machine, value: Param, name: str, new: Value, node: cst.CSTNode) -> None:
    """`param.requires_grad = False`, `param.data = param.data.float()`."""
    if name == "data" and value.adapter is not None:
        machine.world.life.replace_adapter(value.adapter, half=False)
        mix_into(machine, value, [machine.settle(new, node)], node)
    if name == "requires_grad":
        set_requires_grad(machine, value, machine.known(new), node)


def set_requires_grad(machine: Machine, param: Param, on: bool | None, node: cst.CSTNode) -> None:
    life = machine.world.life
    site = machine.site(node)
    if on is None or param.detached:  # of a detached tensor alone, not of the model
        return
    if param.adapter is not None and param.adapter in life.adapters:
        current = life.adapters[param.adapter].frozen
        key = _base_key(life, param)
        closed = _closed(machine, param) - {key} if on else _closed(machine, param) | {key}
        machine.world.frame(NOTES)[param.adapter, "closed"] = Const(closed)
        if not on and is_layer(key):
            machine.world.frame(NOTES)[param.adapter, "closed at"] = NONE if asked_of_keys(machine) else Const(site)
        if on:
            if current is not None:
                machine.emit(node, param.model, Froze(param.adapter, opened=True))
                if asked_of_keys(machine):
                    machine.emit(node, param.model, PartOpened((param.adapter,)))
            life.freeze(param.adapter, None)
        elif (current is None or current.cause != "requires_grad") and closed >= set(_keys(life, param)):
            machine.emit(node, param.model, Froze(param.adapter))
            life.freeze(param.adapter, Frozen("requires_grad", site))
    elif isinstance(life.models.get(param.model), BaseModel):
        wanted = Sure.YES if on else Sure.NO
        if not on:
            machine.world.frame(NOTES)[param.model, "closed at"] = Const(site)
        base = life.base(param.model)
        if base.trainable is not wanted:
            life.replace(param.model, trainable=wanted)
        if base.layers and (on or base.trainable is not Sure.NO):
            machine.emit(node, param.model, BaseOpened(module_of(param.key), closed=not on))


def asked_of_keys(machine: Machine) -> bool:
    """Does the path hang on a test that tells tensors apart by their keys? Another tensor goes the other way."""
    return any(OF_KEYS in parts_behind(term, machine.made_of, ()) for term in machine.world.assumed)


def _closed(machine: Machine, param: Param) -> frozenset[str]:
    """The tensors of an adapter that are frozen one by one: it trains as long as another one is open."""
    life = machine.world.life
    found = machine.world.frames.get(NOTES, {}).get((param.adapter, "closed"))
    closed: frozenset[str] = found.value if isinstance(found, Const) else frozenset()
    opened = param.adapter in life.adapters and life.adapters[param.adapter].frozen is None
    return frozenset() if opened and closed >= set(_keys(life, param)) else closed  # all were frozen, and opened since


def _keys(life: Life, param: Param) -> list[str]:
    return own_keys(life, param.model, param.adapter) if param.adapter is not None else []


def layers_closed_at(machine: Machine, oid: Oid, adapter: Oid) -> Site | None:
    """Where the last of an adapter's layers was frozen along with weights of the model itself, if all of them are: what
    trains is the copies of modules that it has besides."""
    noted, life = machine.world.frames.get(NOTES, {}), machine.world.life
    root = life.root(oid)
    closed, site = noted.get((adapter, "closed")), noted.get((adapter, "closed at"))
    if not isinstance(closed, Const) or not isinstance(site, Const) or noted.get((root, "closed at")) != site:
        return None
    keys = own_keys(life, root, adapter)
    layers = set(filter(is_layer, keys))
    assert isinstance(site.value, Site)
    return site.value if layers <= closed.value and len(layers) < len(keys) else None


def _base_key(life: Life, param: Param) -> str:
    """The key of a tensor without what wrappers put before it."""
    return next((key for key in _keys(life, param) if param.key.endswith(key)), param.key)


def _requires_grad(call: LibCall) -> Value:
    """`model.requires_grad_(False)`."""
    machine = call.machine
    on = call.plain("requires_grad", True)
    oid = call.target()
    for param in parameters(machine.world.life, oid):
        set_requires_grad(machine, param, on if isinstance(on, bool) else None, call.node)
    return ModelRef(oid)


def _state_dict(call: LibCall) -> Value:
    """`model.state_dict()`."""
    return weights_of(call, call.target(), detached=call.plain("keep_vars", False) is False)


def weights_of(call: LibCall, oid: Oid, *, detached: bool = True) -> Value:
    machine = call.machine
    life = machine.world.life
    overridden = machine.world.frames.get(SET_ON_MODELS, {}).get((oid, "state_dict"))
    if overridden is not None:
        return call.unknown("state")
    model = life.models[oid]
    keys = "prefixed" if isinstance(model, Wrapper) and PREFIXES[model.kind] else "own"
    tokens: tuple[Token, ...] = tuple(life.token(a) for a in life.held(oid))
    return ObjRef(machine.world.new(machine.site(call.node), WeightsRec(oid, keys, tokens, detached)))


def _state_dict_of(call: LibCall) -> Value:
    """`accelerator.get_state_dict(model)`: the keys of the unwrapped model."""
    oid = call.model("model")
    if oid is None:
        return call.unknown()
    life = call.machine.world.life
    model = life.models[oid]
    while isinstance(model, Wrapper) and model.kind in ("parallel", "sharded"):
        oid = model.inner
        model = life.models[oid]
    return weights_of(call, oid)


def _adapter_weights(call: LibCall) -> Value:
    """`get_peft_model_state_dict(model)`: the adapter's tensors, the adapter's name taken out of the keys."""
    oid = call.target() if isinstance(call.receiver, ModelRef) else call.model("model")
    if oid is None:
        return call.unknown()
    life = call.machine.world.life
    tokens = tuple(life.token(a) for a in life.held(oid))
    given = call.arg("state_dict") or NONE
    record = record_of(call.machine, given)
    detached = given == NONE or (isinstance(record, WeightsRec) and record.detached)
    return ObjRef(call.machine.world.new(call.machine.site(call.node), WeightsRec(oid, "adapter", tokens, detached)))


def _load_weights(call: LibCall) -> Value:
    """`set_peft_model_state_dict(model, weights)`: the adapter now holds what was saved or copied elsewhere."""
    oid = call.model("model")
    if oid is not None:
        value = call.arg("peft_model_state_dict") or NONE
        held = tuple(call.machine.world.life.held(oid))
        call.machine.emit(call.node, oid, WeightsPut(nameless=False, file=read_from(value), strict=None, held=held))
        hold_loaded(call.machine, oid, value, call.node)
    return call.unknown()


def _load_state_dict(call: LibCall) -> Value:
    """`model.load_state_dict(weights)`: the tensors of an adapter have keys there that are not its keys on disk."""
    machine = call.machine
    oid, value = call.target(), machine.settle(call.arg("state_dict") or NONE, call.node)
    name = read_from(value)
    nameless = machine.knowledge.is_adapter_weights(name) or is_nameless(machine, value)
    given = call.arg("strict")
    strict = True if given is None and not call.args.open else machine.known(given or NONE)
    unfound = astray(machine, oid, value) if strict is False else ()  # else it raises, and the script may be ready
    machine.emit(
        call.node,
        oid,
        WeightsPut(
            nameless=nameless,
            file=name,
            strict=strict,
            held=tuple(machine.world.life.held(oid)),
            astray=unfound,
            unread=is_unread(machine, value),
        ),
    )
    if not nameless and not unfound:
        hold_loaded(machine, oid, value, call.node)
    return call.unknown()


def hold_loaded(machine: Machine, oid: Oid, value: Value | None, node: cst.CSTNode) -> None:
    """Adapters hold the weights of another moment: those of a state dict in hand, or of a file."""
    life = machine.world.life
    record = record_of(machine, value) if value is not None else None
    if isinstance(record, WeightsRec):
        held = life.held(oid)
        for adapter, token in zip(held, record.tokens, strict=False):
            life.replace_adapter(adapter, token=token)
    elif value is not None and isinstance(record, DictRec):  # tensors of a state dict, picked out by hand
        params = [param for param in known_items(machine, value) if isinstance(param, Param) and param.adapter]
        for adapter in life.held(oid):
            source = next(
                (
                    p.adapter
                    for p in params
                    if p.adapter and life.adapters[p.adapter].name == life.adapters[adapter].name
                ),
                None,
            )
            if source is not None and source != adapter:
                life.replace_adapter(adapter, token=life.token(source))
        if any(isinstance(item, Sym) and not read_from(item) for item in known_items(machine, value)):
            _computed(machine, node)


def _computed(machine: Machine, node: cst.CSTNode) -> None:
    """Tensors are put into a model that were computed: of those of any state dict that was taken out of one."""
    world = machine.world
    for record in list(world.heap.values()):
        for token in record.tokens if isinstance(record, WeightsRec) else ():
            world.life.keep(token, Keeping.UNSURE, None, machine.site(node))


def weights_method(
    machine: Machine, ref: ObjRef, record: WeightsRec, name: str, args: Args, node: cst.CSTNode
) -> Value:
    """`state.items()`, `.keys()`, `.values()`, `.copy()`, `.pop(key)`."""
    pairs = entries(machine.world.life, record)
    if name == "items":
        return Tup(tuple(Tup(pair) for pair in pairs))
    if name == "keys":
        return Tup(tuple(key for key, _ in pairs))
    if name == "values":
        return Tup(tuple(item for _, item in pairs))
    if name in ("get", "pop") and args.pos:
        return dict(pairs).get(machine.settle(args.pos[0], node), machine.unknown(node))
    return ref if name == "copy" else machine.unknown(node)


VERBS: dict[str, Verb] = {
    "parameters": _parameters,
    "requires_grad": _requires_grad,
    "state_dict": _state_dict,
    "state_dict_of": _state_dict_of,
    "adapter_weights": _adapter_weights,
    "load_weights": _load_weights,
    "load_state_dict": _load_state_dict,
}
