"""Optimizers: what they are made of, what they hold, and what a step of theirs leaves as it is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.containers import known_items, record_of
from lora_lint.flow.objects.handed_out import is_handed_out
from lora_lint.flow.objects.openings import path_of, within
from lora_lint.flow.objects.parts import closed_in
from lora_lint.flow.objects.passes import outdated
from lora_lint.flow.objects.provenance import known_as, models_in, owners_of
from lora_lint.flow.objects.weights import base_keys, own_keys
from lora_lint.flow.values import NONE, Const, DictRec, InstRec, ListRec, ModelRef, ObjRef, Param, Sym, Tup, Value
from lora_lint.flow.view import view_of
from lora_lint.flow.worlds.terms import leaves
from lora_lint.flow.worlds.world import NOTES
from lora_lint.knowledge import names
from lora_lint.knowledge.keys import is_layer, module_of
from lora_lint.lifecycle.events.training import OptimizerMade, Stepped
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.records import BaseModel, Oid

HELD = "held"  # of an optimizer: the parameters that it was given
OF, THERE = "of", "there"  # of one of which these are not known: the models that they are of, and the adapters by then


def _optimizer(call: LibCall) -> Value:
    """`AdamW(model.parameters())`: the optimizer steps what it was given then, and nothing that comes later."""
    machine = call.machine
    site = machine.site(call.node)
    value = call.arg("params")
    held = optimized(machine, value) if value is not None else None
    fields: dict[str, Value] = {HELD: held} if held is not None else _not_known(machine, value)
    ref = ObjRef(machine.world.new(site, InstRec(None, names.OPTIMIZER, fields, site)))
    oids = models_in(machine, [value]) if value is not None else []
    params = [item for item in known_items(machine, held) if type(item) is Param] if held is not None else []
    among = params if held is not None or value is None else _among(machine, value)
    oids += [param.model for param in among]
    beside, whole = _beside(machine, params)
    if held is None and value is not None:
        beside = tuple(sorted({*beside, *(module_of(path) for _, path in _reached(machine, value))}))
    made = OptimizerMade(tuple(oids), held == Tup(()), view_of(machine), beside, whole)
    machine.emit(call.node, oids[0] if oids else None, made)
    return ref


def _among(machine: Machine, value: Value, deep: int = 3) -> list[Param]:
    """The parameters in groups of which others hold what is not known."""
    if type(value) is Param:
        return [value]
    items = known_items(machine, value) if deep else []
    return [param for item in items for param in _among(machine, item, deep - 1)]


def _reached(machine: Machine, value: Value, deep: int = 4) -> Iterator[tuple[Oid, str]]:
    """The models of weights that are reached by name, and the modules: `{"params": [model.model.norm.weight]}`."""
    if isinstance(value, Sym):
        yield from ((oid, path_of(value.term)) for oid in within(value.term) if oid in machine.world.life.models)
    for item in known_items(machine, value) if deep else ():
        yield from _reached(machine, item, deep - 1)


def _not_known(machine: Machine, value: Value | None) -> dict[str, Value]:
    """What is held is not known: of which models it is, be it of a part of one, and which adapters there are that may
    be among it."""
    life = machine.world.life
    part_of = [ModelRef(oid) for oid, _ in _reached(machine, value)] if value is not None else []
    bases = ((oid, model) for oid, model in life.models.items() if isinstance(model, BaseModel))
    there = Tup(tuple(Param(oid, layer, "") for oid, base in bases for layer in base.layers))
    owners = [*owners_of(machine, value), *part_of] if value is not None else None
    return {OF: Tup(tuple(dict.fromkeys(owners))) if owners is not None else NONE, THERE: there}


def _beside(machine: Machine, params: list[Param]) -> tuple[tuple[str, ...], bool]:
    """The modules of the models themselves that parameters are of, and whether these are all of them."""
    life = machine.world.life
    held = {module_of(param.key) for param in params if param.adapter is None}
    models = {param.model for param in params if param.adapter is None}
    there = {module_of(key) for oid in models for key in base_keys(life, oid)}
    return tuple(sorted(held)), bool(held) and held == there


def optimized(machine: Machine, value: Value) -> Value | None:
    """The representative parameters that an optimizer holds, as a tuple; None where they are not known."""
    value = machine.settle(value, machine.module.tree)
    if isinstance(value, Param):
        return Tup((value,))
    if outdated(machine, value):
        return None
    record = record_of(machine, value)
    if isinstance(record, DictRec):  # a parameter group
        inner = dict(record.items).get(Const("params"))
        return optimized(machine, inner) if inner is not None else None
    if isinstance(value, Tup) or (record is not None and not isinstance(record, InstRec)):
        found: list[Value] = []
        is_open = value.open if isinstance(value, Tup) else isinstance(record, ListRec) and record.others()
        is_open = is_open or is_handed_out(machine, value)
        for item in (*known_items(machine, value), *(record.perhaps if isinstance(record, ListRec) else ())):
            if type(item) is Param:
                found.append(item)
                continue
            inside = optimized(machine, item)
            if inside is None:
                return None
            found += known_items(machine, inside)
        return None if is_open and not found else Tup(tuple(found), is_open)
    return None


def _add_parameters(call: LibCall) -> Value:
    """`optimizer.add_param_group(group)`."""
    record = record_of(call.machine, call.receiver) if call.receiver is not None else None
    if isinstance(record, InstRec) and isinstance(call.receiver, ObjRef):
        group = call.arg("param_group")
        more = optimized(call.machine, group) if group is not None else None
        held = record.fields.get(HELD)
        kept = {name: field for name, field in record.fields.items() if name not in (HELD, OF, THERE)}
        if isinstance(held, Tup) and isinstance(more, Tup):
            kept[HELD] = Tup((*held.items, *more.items))
        call.machine.world.put(call.receiver.oid, InstRec(record.cls, record.lib, kept, record.site))
    return NONE


def _optimizer_step(call: LibCall) -> Value:
    """`optimizer.step()`: which adapters with a gradient does it hold?"""
    machine = call.machine
    record = record_of(machine, call.receiver) if call.receiver is not None else None
    if not isinstance(record, InstRec) or not isinstance(call.receiver, ObjRef):
        return NONE
    if "param_groups" in record.fields or is_handed_out(machine, call.receiver):
        return NONE  # the script put in parameters itself
    life = machine.world.life
    waiting = [
        key[0] for key in machine.world.frames.get(NOTES, {}) if key[1] == "gradient" and key[0] in life.adapters
    ]
    found = stepped_by(machine, record, waiting) if waiting else None
    if found is not None:
        machine.emit(call.node, None, found)
        held = record.fields.get(HELD)
        params = _params_in(held)[0] if isinstance(held, Tup) else []
        for adapter in {param.adapter for param in params}.intersection(waiting):
            del machine.world.frame(NOTES)[adapter, "gradient"]
    return NONE


def stepped_by(machine: Machine, record: InstRec, waiting: Sequence[Oid]) -> Stepped | None:
    """What a step of an optimizer does for adapters that wait for one; None where nothing is known of what it holds.

    One that holds an adapter, or weights that are trained, is made for these: an adapter on another model waits for the
    step of another optimizer. Not so one that the same line has made anew, where none of those held waits for a step.
    """
    held, life = record.fields.get(HELD), machine.world.life
    if not isinstance(held, Tup):
        return _younger(machine, record, waiting)
    params, open_ = _params_in(held)
    stepped = {param.adapter for param in params}
    steps = tuple(a for a in waiting if a in stepped or open_)
    missed = [a for a in waiting if a not in steps]
    models = {param.model for param in params if param.model in life.models}
    own = [a for a in stepped if a is not None]
    if own or any(life.base(oid).trained_at is not None for oid in models):
        anew = _made_anew(life, own) if not steps else frozenset()
        missed = [a for a in missed if a in anew or _is_on(life, a, models)]
    layers = () if open_ else tuple(a for a in steps if _holds_layers_alone(machine, params, a))
    return Stepped(record.site, held=steps, missed=tuple(missed), layers=layers)


def _holds_layers_alone(machine: Machine, params: Sequence[Param], adapter: Oid) -> bool:
    """None of the modules that an adapter trains whole, where it has some that the script has not frozen."""
    model = next((param.model for param in params if param.adapter == adapter), None)
    if model is None:
        return False
    whole = [key for key in own_keys(machine.world.life, model, adapter) if not is_layer(key)]
    if not whole or not all(is_layer(param.key) for param in params if param.adapter == adapter):
        return False
    return not closed_in(machine.world, adapter).issuperset(whole)


def _younger(machine: Machine, record: InstRec, waiting: Sequence[Oid]) -> Stepped | None:
    """An optimizer of the parameters of a model of which nothing was known: those of an adapter that the script has put
    on this model since are not among them."""
    life = machine.world.life
    of, there = record.fields.get(OF), record.fields.get(THERE)
    if not isinstance(of, Tup) or not isinstance(there, Tup):
        return None
    params, open_ = _params_in(there)
    before = {param.adapter for param in params}
    models = {oid for oid in (known_as(machine, owner) for owner in of.items) if oid is not None}
    young = [a for a in waiting if a not in before and life.adapters[a].origin != "unknown"]
    missed = tuple(a for a in young if _is_on(life, a, models))
    return None if open_ else Stepped(record.site, held=tuple(a for a in waiting if a not in missed), missed=missed)


def _made_anew(life: Life, adapters: Sequence[Oid]) -> frozenset[Oid]:
    """The adapters that the lines which made these have made since."""
    order = list(life.adapters)
    last = max(map(order.index, adapters), default=len(order))
    sites = {life.adapters[a].site for a in adapters}
    return frozenset(a for a in order[last + 1 :] if life.adapters[a].site in sites)


def _is_on(life: Life, adapter: Oid, models: Collection[Oid]) -> bool:
    """Are its layers inside of one of these models?"""
    return any(adapter in life.base(oid).layers for oid in models if oid in life.models)


def _params_in(held: Tup) -> tuple[list[Param], bool]:
    """The parameters that an optimizer may step, and whether it may hold what is not known.

    Where paths were joined, a tensor of one may stand for that of another, under another key.
    """
    params = [item for item in held.items if type(item) is Param]
    if len(params) == len(held.items):
        return params, held.open
    found = [leaf for item in held.items for leaf in leaves(item)]
    params = [leaf for leaf in found if type(leaf) is Param]
    return params, held.open or len(params) < len(found)


VERBS: dict[str, Verb] = {"optimizer": _optimizer, "add_parameters": _add_parameters, "optimizer_step": _optimizer_step}
