"""Calls of code that is not seen: models that are handed to it may be trained and saved there."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import libcst as cst

from lora_lint.flow.calls.callbacks import may_call_back
from lora_lint.flow.calls.coroutines import await_all
from lora_lint.flow.calls.held import for_effect, held_by, hold, whole
from lora_lint.flow.calls.results import spelled
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.adapter_settings import note_settings
from lora_lint.flow.objects.container_methods import namespace_method
from lora_lint.flow.objects.containers import known_items, namespace_of, record_of
from lora_lint.flow.objects.handed_out import HANDED_OUT, hand_out
from lora_lint.flow.objects.listings import is_listed
from lora_lint.flow.objects.measured import sign_of
from lora_lint.flow.objects.openings import may_open, replace_child
from lora_lint.flow.objects.passes import used_up
from lora_lint.flow.objects.provenance import gradients_of, models_in, owners_of
from lora_lint.flow.objects.strings import place_of
from lora_lint.flow.renewal import renew
from lora_lint.flow.scope import Args
from lora_lint.flow.values import (
    NONE,
    TRUE,
    Bound,
    Const,
    DictRec,
    InstRec,
    Lib,
    ListRec,
    ModelRef,
    ObjRef,
    Param,
    Sym,
    Term,
    Text,
    Tup,
    Value,
    WeightsRec,
)
from lora_lint.flow.worlds.terms import leaves, make, pick
from lora_lint.knowledge import bare, names
from lora_lint.lifecycle.events.script import Handed
from lora_lint.lifecycle.records import Keeping, Oid, Token


def call_foreign(machine: Machine, name: str, args: Args, node: cst.CSTNode) -> Value:
    """A library function that the tables do not list."""
    keeps = not machine.knowledge.reads_only(name)
    await_all(machine, args.values(), node)
    if keeps:
        hand_over(machine, args.values(), node)
        take_places(machine, args.values(), node)
        note_settings(machine, args.values(), node)
    else:
        args.pos[:] = [used_up(machine, value, node) for value in args.pos]
        hand_out(machine, args.pos)  # it may give back one of them
    last = name.rpartition(".")[2]
    kind = name if last[:1].isupper() else ""
    models = gradients_of(machine, args.values())
    if kind and not models:
        fields = dict(args.kw)
        made = ObjRef(machine.world.new(machine.site(node), InstRec(None, kind, fields, machine.site(node))))
        if keeps:
            hold(machine, made.oid, args.values())
        return made
    sign = sign_of(machine, name, args.pos)
    term = make(machine.site(node), "met", machine.site(node), *spelled(args), *sign)
    given = _given(machine, term, models, node, kind)
    if keeps:
        hold(machine, given.term, args.values())
    return given


def _given(machine: Machine, term: Term, models: frozenset[Oid], node: cst.CSTNode, kind: str = "") -> Sym:
    """What code that is not seen gives."""
    renew(machine, term, node)
    return Sym(term, models, kind)


def hand_over(machine: Machine, values: Iterable[Value], node: cst.CSTNode, *, saves: bool = False) -> None:
    """Code that is not seen gets these values: models among them may be opened, trained and saved there, the tensors of
    a state dict saved, and what lies in a temporary directory taken elsewhere, unless it only `saves` beside that."""
    values = [value for value in values if type(value) is not Const]  # which leads to nothing
    if not values:
        return
    await_all(machine, values, node)
    hand_out(machine, values)
    _may_take_in(machine, values)
    for oid in dict.fromkeys((*models_in(machine, values), *held_by(machine, values))):
        machine.world.life.hand_over(oid, machine.site(node))
        machine.handed.add(machine.world.life.root(oid))
        machine.emit(node, oid, Handed())
    may_open(machine, values, node)
    may_call_back(machine, values, node)
    for value in values:
        for token in _tensors(machine, value):
            machine.world.life.keep(token, Keeping.UNSURE, None, machine.site(node))
        for part in () if saves else (value, *known_items(machine, value)):
            for folder in _temporary_folders(part):
                place = place_of(machine.world, folder, machine.usual)
                if place is not None:
                    machine.world.life.copy_out(place, None, Keeping.UNSURE, machine.site(node))


def _may_take_in(machine: Machine, values: Iterable[Value]) -> None:
    """An optimizer that is given away along with a model may come to hold more of its parameters."""
    given = [leaf for value in values for leaf in leaves(pick(machine.world, value))]
    if not any(isinstance(value, ModelRef) for value in given):
        return
    for value in given:
        record = record_of(machine, value)
        if isinstance(value, ObjRef) and isinstance(record, InstRec) and record.lib == names.OPTIMIZER:
            machine.world.frame(HANDED_OUT)[value.oid] = TRUE


def take_places(machine: Machine, values: Iterable[Value], node: cst.CSTNode) -> None:
    """What was saved to a place that code which is not seen is told may be taken elsewhere, before it is removed."""
    world = machine.world
    if not world.life.disk:
        return
    for value in values:
        for part in (value, *known_items(machine, value)):
            place = place_of(world, part, machine.usual) if isinstance(part, (Const, Text, Sym)) else None
            if place is not None:
                world.life.copy_out(place, None, Keeping.UNSURE, machine.site(node), good=True)


def _tensors(machine: Machine, value: Value, deep: int = 8) -> list[Token]:
    """The weights of adapters in a state dict, whole or picked out by hand, or in something that holds one."""
    life = machine.world.life
    value = pick(machine.world, value)
    if isinstance(value, Param):
        return [life.token(value.adapter)] if value.adapter in life.adapters and value.adapter is not None else []
    record = record_of(machine, value)
    if isinstance(record, WeightsRec):
        return list(record.tokens)
    holds = isinstance(value, Tup) or isinstance(record, (DictRec, ListRec))
    inside = known_items(machine, value) if deep and holds else ()
    return [token for item in inside for token in _tensors(machine, item, deep - 1)]


def _temporary_folders(value: Value) -> list[Sym]:
    """The directories removed before the script ends that a path, or a command, names."""
    atoms = (value.term,) if isinstance(value, Sym) else value.parts if isinstance(value, Text) else ()
    return [Sym(atom) for atom in atoms if isinstance(atom, tuple) and atom[:1] == ("temporary",)]


def give_away(machine: Machine, owner: Value, value: Value, node: cst.CSTNode) -> None:
    """Something that is not seen holds this value from now on: `registry.models["best"] = model`."""
    if isinstance(owner, Sym):
        change_part(machine, owner.term, value)
        replace_child(machine, owner, value, node)
    if not (isinstance(owner, Lib) and machine.knowledge.reads_only(owner.name)):
        hand_over(machine, [value], node)


def change_part(machine: Machine, part: object, value: Value) -> None:
    """`optimizer.param_groups[0]["params"] = [...]`: an object holds parameters of which only a part of it knows."""
    if not _holds_parameters(machine, value):
        return
    while isinstance(part, tuple) and part[:1] in (("attribute",), ("item",)):
        part = part[1]
    if isinstance(part, tuple) and part in machine.world.heap:
        machine.world.frame(HANDED_OUT)[part] = TRUE


def _holds_parameters(machine: Machine, value: Value, deep: int = 3) -> bool:
    value = pick(machine.world, value)
    if isinstance(value, Param):
        return True
    if isinstance(value, Sym):
        return any(owners_of(machine, value))
    return deep > 0 and any(_holds_parameters(machine, item, deep - 1) for item in known_items(machine, value))


def call_unknown(machine: Machine, callee: Sym | Const, args: Args, node: cst.CSTNode) -> Value:
    """A call of something unknown: a method of an unknown object, or a function from who knows where."""
    term = callee.term if isinstance(callee, Sym) else ()
    models = callee.models if isinstance(callee, Sym) else frozenset[Oid]()
    given = args.values()
    if term[:1] == ("attribute",) and len(term) == 3:
        name = term[2]
        if name in bare.OF_PATHS and is_listed(machine, term[1]) and len(args.pos) == bare.OF_PATHS[name]:
            return machine.call(Bound(Text((term[1],), path=True), name), args, node)
        if name in BY_HAND and term[1] in machine.world.heap:
            return BY_HAND[name](machine, ObjRef(term[1]), node)
        owner = namespace_of(machine, Sym(term[1])) if isinstance(term[1], tuple) else None
        if owner is not None and (set_there := namespace_method(machine, owner, name, args, node)) is not None:
            return set_there
        done = machine.parts.call_method_of_unknown(machine, term[1], name, models, args, node)
        if done is not None:
            return done
    name = term[2] if term[:1] == ("attribute",) and len(term) == 3 else ""
    saves = bare.METHODS.get(name) == bare.SAVING  # of a tokenizer, say, which is saved beside it
    hand_over(machine, given, node, saves=saves)
    if not saves and name not in bare.TELLING:
        take_places(machine, given, node)
    if term[:1] == ("attribute",):
        _use_held(machine, term, given, node)
    for value in given:
        change_part(machine, term, value)
    pure = all(isinstance(pick(machine.world, value), Const) for value in given)
    models |= gradients_of(machine, given)
    if pure and term[:1] in (("attribute",), ("free",), ("parameter",)):
        if term[-1:] and not given:
            return _given(machine, make(machine.site(node), "call", machine.site(node), term), models, node)
    result = _given(machine, make(machine.site(node), "met", machine.site(node), *spelled(args)), models, node)
    hold(machine, result.term, given)
    return result


def _enter(machine: Machine, manager: ObjRef, node: cst.CSTNode) -> Value:
    return machine.parts.enter(machine, manager, node)


def _leave(machine: Machine, manager: ObjRef, node: cst.CSTNode) -> Value:
    machine.parts.leave(machine, manager, node)
    return NONE


# a context manager that is entered and left without a `with`
BY_HAND: dict[str, Callable[[Machine, ObjRef, cst.CSTNode], Value]] = {"__enter__": _enter, "__exit__": _leave}


def _use_held(machine: Machine, term: Term, given: list[Value], node: cst.CSTNode) -> None:
    """A method of something that is not seen: it keeps what it is given, and may do something to what it has. Of what a
    function gave, be it a loss, only where the method is called for nothing else."""
    owner = whole(term)
    if term[-1] not in bare.KNOWN_EFFECTS and (owner in machine.world.heap or for_effect(machine, node)):
        hand_over(machine, [Sym(term)], node)
    hold(machine, owner, given)
