"""Parameters: what can train, and what the script opens and freezes."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.machine import Machine
from lora_lint.flow.models import SET_ON_MODELS
from lora_lint.flow.modules import Site
from lora_lint.flow.objects.mixing import mix_into
from lora_lint.flow.objects.parts import CLOSED, closed_in
from lora_lint.flow.objects.passes import lazily
from lora_lint.flow.objects.provenance import OF_MODEL
from lora_lint.flow.objects.weights import own_keys, parameters
from lora_lint.flow.values import NONE, Bound, Const, ModelRef, Param, Sym, Tup, Value
from lora_lint.flow.worlds.behind import models_inside, parts_behind
from lora_lint.flow.worlds.world import NOTES
from lora_lint.knowledge.keys import BLOCK, is_layer, module_of
from lora_lint.knowledge.spoken_keys import OF_KEYS
from lora_lint.lifecycle.events.training import BaseOpened, Froze, PartOpened
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.records import BaseModel, Config, Frozen, Oid, Sure

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
    asked = call.args.get("recurse", 1 if call.option("named") else 0)
    deep = asked is None or call.machine.known(asked) is not False
    params = parameters(life, oid) if deep else []  # those right on a model are none
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
            unsure = base.trainable is Sure.MAYBE or _may_be_copied(life, base, value.key)
            return machine.unknown(node) if unsure else Const(base.trainable is Sure.YES)
        return machine.unknown(node)
    if name in ("data", "T"):
        return value
    return Bound(value, name)


def _may_be_copied(life: Life, base: BaseModel, key: str) -> bool:
    """May an adapter whose config is not seen hold a copy of this module, which trains with it? `modules_to_save` names
    heads and embeddings, not what is in a block."""
    open_ones = (life.adapters[layer] for layer in base.layers if layer in life.adapters)
    return BLOCK not in key and any(one.frozen is None and not isinstance(one.config, Config) for one in open_ones)


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
        machine.world.frame(NOTES)[param.adapter, CLOSED] = Const(closed)
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
    closed = closed_in(machine.world, param.adapter) if param.adapter is not None else frozenset()
    opened = param.adapter in life.adapters and life.adapters[param.adapter].frozen is None
    return frozenset() if opened and closed >= set(_keys(life, param)) else closed  # all were frozen, and opened since


def _keys(life: Life, param: Param) -> list[str]:
    return own_keys(life, param.model, param.adapter) if param.adapter is not None else []


def layers_closed_at(machine: Machine, oid: Oid, adapter: Oid) -> Site | None:
    """Where the last of an adapter's layers was frozen along with weights of the model itself, if all of them are: what
    trains is the copies of modules that it has besides."""
    noted, life = machine.world.frames.get(NOTES, {}), machine.world.life
    root = life.root(oid)
    closed, site = noted.get((adapter, CLOSED)), noted.get((adapter, "closed at"))
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


VERBS: dict[str, Verb] = {"parameters": _parameters, "requires_grad": _requires_grad}
