"""State dicts: what tensors are taken out of a model, or put into it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

import libcst as cst

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.machine import Machine
from lora_lint.flow.models import SET_ON_MODELS
from lora_lint.flow.objects.containers import known_items, record_of
from lora_lint.flow.objects.listings import listing_behind
from lora_lint.flow.objects.strings import place_of, text
from lora_lint.flow.objects.weights import entries
from lora_lint.flow.scope import Args
from lora_lint.flow.values import NONE, DictRec, ModelRef, ObjRef, Param, Sym, Tup, Value, WeightsRec
from lora_lint.flow.verbs.python.system import read_at, read_from
from lora_lint.flow.verbs.reused import takes_the_place_of
from lora_lint.flow.verbs.snapshots import taken_of, taken_state
from lora_lint.flow.verbs.unmatched import astray, compiled, is_nameless, is_unread
from lora_lint.knowledge.keys import PREFIXES
from lora_lint.lifecycle.events.models import WeightsPut
from lora_lint.lifecycle.events.script import Requires
from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import Keeping, Oid, Token, Wrapper


def _state_dict(call: LibCall) -> Value:
    """`model.state_dict()`."""
    return weights_of(call, call.target(), detached=call.plain("keep_vars", False) is False)


def weights_of(call: LibCall, oid: Oid, *, detached: bool = True, gathered: bool = False) -> Value:
    machine = call.machine
    life = machine.world.life
    overridden = machine.world.frames.get(SET_ON_MODELS, {}).get((oid, "state_dict"))
    if overridden is not None:
        return call.unknown("state")
    model = life.models[oid]
    keys = "prefixed" if isinstance(model, Wrapper) and PREFIXES[model.kind] else "own"
    tokens: tuple[Token, ...] = tuple(life.token(a) for a in life.held(oid))
    record = WeightsRec(oid, keys, tokens, detached)
    return (
        ObjRef(machine.world.new(machine.site(call.node), record))
        if gathered
        else taken_state(machine, record, call.node)
    )


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
    return weights_of(call, oid, gathered=True)  # where it is sharded


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
    weights = WeightsRec(oid, "adapter", tokens, detached, record.taken if isinstance(record, WeightsRec) else ())
    return taken_state(call.machine, weights, call.node)


def _load_weights(call: LibCall) -> Value:
    """`set_peft_model_state_dict(model, weights)`: the adapter now holds what was saved or copied elsewhere."""
    oid = call.model("model")
    if oid is not None:
        value = call.arg("peft_model_state_dict") or NONE
        held, taken = tuple(call.machine.world.life.held(oid)), taken_of(call.machine, oid, value)
        unfound = compiled(call.machine, oid, value)
        put = WeightsPut(
            nameless=False, file=read_from(value), strict=None, held=held, taken=taken, astray=unfound, by_peft=True
        )
        call.machine.emit(call.node, oid, put)
        if not taken and not unfound:
            hold_loaded(call.machine, oid, value, call.node)
        if takes_the_place_of(call, "model") and (need := call.machine.knowledge.needed_by_result(call.name)):
            call.machine.emit(call.node, oid, Requires(*need))
    return call.unknown()


def _load_state_dict(call: LibCall) -> Value:
    """`model.load_state_dict(weights)`: the tensors of an adapter have keys there that are not its keys on disk."""
    machine = call.machine
    oid, value = call.target(), machine.settle(call.arg("state_dict") or NONE, call.node)
    name = read_from(value)
    nameless = machine.knowledge.is_adapter_weights(name) or is_nameless(machine, oid, value)
    given = call.arg("strict")
    strict = True if given is None and not call.args.open else machine.known(given or NONE)
    unfound = astray(machine, oid, value) if strict is False else ()  # else it raises, and the script may be ready
    taken = () if nameless or unfound else taken_of(machine, oid, value)
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
            out_of=_out_of(machine, value),
            one_of=_one_of(machine, value),
            taken=taken,
        ),
    )
    if not nameless and not unfound and not taken:
        hold_loaded(machine, oid, value, call.node)
    return call.unknown()


def _out_of(machine: Machine, value: Value) -> tuple[Place, tuple[Hashable, ...]] | None:
    atoms, keys = read_at(value) or ((), ())
    place = place_of(machine.world, text(atoms), machine.usual) if atoms else None
    return (place, keys) if place is not None else None


def _one_of(machine: Machine, value: Value) -> tuple[Place, str] | None:
    atoms, _ = read_at(value) or ((), ())
    return listing_behind(machine, atoms)


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
    if name in ("update", "setdefault"):
        machine.world.put(ref.oid, replace(record, taken=()))
    return ref if name == "copy" else machine.unknown(node)


VERBS: dict[str, Verb] = {
    "state_dict": _state_dict,
    "state_dict_of": _state_dict_of,
    "adapter_weights": _adapter_weights,
    "load_weights": _load_weights,
    "load_state_dict": _load_state_dict,
}
