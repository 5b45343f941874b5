"""Calls of methods, on values that are no objects of the project."""

from __future__ import annotations

from dataclasses import replace

import libcst as cst

from lora_lint.flow.calls.coroutines import awaited
from lora_lint.flow.calls.foreign import hand_over
from lora_lint.flow.calls.library import LibCall, perform
from lora_lint.flow.calls.results import spelled
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.container_methods import container_method
from lora_lint.flow.objects.containers import items_of, new_list
from lora_lint.flow.objects.endings import tested
from lora_lint.flow.objects.instances import SUBCLASSES, subclasses
from lora_lint.flow.objects.mixing import mix_into
from lora_lint.flow.objects.passes import used_up
from lora_lint.flow.objects.provenance import gradients_of, models_in
from lora_lint.flow.objects.strings import SPLITS, join_text, path_method, split, string_method
from lora_lint.flow.scope import Args
from lora_lint.flow.tried import note_test
from lora_lint.flow.values import (
    NONE,
    TRUE,
    Bound,
    Cls,
    Const,
    DictRec,
    Func,
    Generator,
    InstRec,
    ListRec,
    Method,
    ModelRef,
    ObjRef,
    Param,
    Super,
    Sym,
    Text,
    Tup,
    Value,
    WeightsRec,
    const,
)
from lora_lint.flow.worlds.signs import NATURAL
from lora_lint.flow.worlds.terms import make
from lora_lint.knowledge import bare, measures, names
from lora_lint.knowledge.spoken_keys import OF_KEYS, Key


def call_bound(machine: Machine, callee: Bound, args: Args, node: cst.CSTNode) -> Value:
    """`receiver.method(...)` where the receiver is no project object of its own."""
    receiver = machine.settle(callee.receiver, node)
    name = callee.name
    if type(receiver) is ModelRef:
        return machine.parts.call_model(machine, receiver, name, args, node)
    found: Value | None = None
    if type(receiver) is ObjRef:
        found = _of_object(machine, receiver, name, args, node)
    elif isinstance(receiver, Super):
        found = _call_super(machine, receiver, name, args, node)
    elif isinstance(receiver, Text):
        found = _of_text(machine, receiver, name, args, node)
    elif isinstance(receiver, Const) and isinstance(receiver.value, str):
        found = _of_string(machine, receiver, receiver.value, name, args, node)
    elif isinstance(receiver, Param):
        found = _of_parameter(machine, receiver, name, args, node)
    elif isinstance(receiver, Sym) and name in bare.SAME_WEIGHT:  # a weight of a layer that is no part of a model
        found = receiver
    elif isinstance(receiver, Cls):
        known = subclasses(machine, receiver) if name == SUBCLASSES else None
        found = new_list(machine, node, known) if known else None
    elif isinstance(receiver, Tup) and name in ("index", "count"):
        found = machine.unknown(node)
    elif isinstance(receiver, Func) and name == "__get__":
        found = Method(receiver, args.pos[0]) if args.pos else receiver
    elif isinstance(receiver, Generator):  # `send`: what is handed in is not followed
        if name == "send":
            awaited(machine, receiver, node)
        hand_over(machine, args.values(), node)
    if found is not None:
        return found
    term = make(machine.site(node), "met", machine.site(node), *spelled(args))
    return Sym(term, gradients_of(machine, args.values()))


def _of_object(machine: Machine, receiver: ObjRef, name: str, args: Args, node: cst.CSTNode) -> Value | None:
    """A list, a dict, a state dict, an object of a library."""
    record = machine.world.heap.get(receiver.oid)
    if isinstance(record, (ListRec, DictRec)):
        return container_method(machine, receiver, name, args, node)
    if isinstance(record, WeightsRec):
        return machine.parts.call_weights(machine, receiver, record, name, args, node)
    row = machine.knowledge.method(record.lib, name) if isinstance(record, InstRec) else None
    if not isinstance(record, InstRec) or row is None:
        return None
    return perform(LibCall(machine, f"{record.lib}.{name}", row, receiver, args, node))


def _of_text(machine: Machine, receiver: Text, name: str, args: Args, node: cst.CSTNode) -> Value:
    """A text or a path that is put together."""
    row = machine.knowledge.method(names.PATH, name) if receiver.path else None
    if row is not None:
        return perform(LibCall(machine, f"{names.PATH}.{name}", row, receiver, args, node))
    given = [machine.settle(arg, node) for arg in args.pos]
    answer = tested(receiver, name, given) if not args.kw else None
    if answer is not None:
        return const(answer)
    found = path_method(machine.world, receiver.parts, name, given) if receiver.path else None
    return found if found is not None else Sym(make(machine.site(node), "call", name, receiver, *given))


def _of_string(machine: Machine, receiver: Const, value: str, name: str, args: Args, node: cst.CSTNode) -> Value:
    """A text that is known."""
    given = [machine.settle(arg, node) for arg in args.pos]
    if name in SPLITS and all(isinstance(arg, Const) for arg in given) and not args.kw:
        pieces = split(value, name, [arg.value for arg in given if isinstance(arg, Const)])
        if pieces is not None:
            return new_list(machine, node, [Const(piece) for piece in pieces])
    if name == "join" and given:
        items = items_of(machine, used_up(machine, given[0], node), node)
        joined = join_text(machine.world, receiver, items) if items is not None else None
        return joined if joined is not None else machine.unknown(node, kind="builtins.str")
    found = string_method(machine.world, receiver, name, given, args.kw)
    told = (OF_KEYS,) if isinstance(value, Key) else ()
    return found if found is not None else machine.unknown(node, *told, kind="builtins.str")


def _of_parameter(machine: Machine, receiver: Param, name: str, args: Args, node: cst.CSTNode) -> Value:
    """A weight of a model."""
    if name == "requires_grad_":
        machine.set(receiver, "requires_grad", args.get("requires_grad", 0) or TRUE, node)
    elif name.endswith("_"):
        mix_into(machine, receiver, [machine.settle(value, node) for value in args.values()], node)
    if name in bare.READING:
        note_test(machine, receiver.model, node)
    if name in bare.COPIES_TENSOR:
        return replace(receiver, taken=())
    return receiver if name in bare.KEEPS_TENSOR else machine.unknown(node)


def _call_super(machine: Machine, receiver: Super, name: str, args: Args, node: cst.CSTNode) -> Value:
    """A method of the library class that a project class is built on."""
    self = receiver.self
    if isinstance(self, Cls) and name == "__call__":  # in a metaclass
        return machine.parts.make_instance(machine, self, args, node)
    if not isinstance(self, ObjRef):
        return machine.unknown(node)
    record = machine.world.heap.get(self.oid)
    if not isinstance(record, InstRec) or not record.lib:
        return NONE
    if name == "__init__":
        machine.parts.construct(machine, self, record.lib, args, node)
        return NONE
    row = machine.knowledge.method(record.lib, name)
    if row is not None:
        return perform(LibCall(machine, f"{record.lib}.{name}", row, self, args, node))
    return machine.unknown(node, models=gradients_of(machine, args.values()))


def call_object(machine: Machine, value: ObjRef, record: InstRec, args: Args, node: cst.CSTNode) -> Value:
    """`instance(...)` where the class has no `__call__` of its own: a torch module runs its forward."""
    forward = machine.get(value, "forward", node)
    if isinstance(forward, Method):
        return machine.call(forward, args, node)
    inside = [] if machine.world.muted else models_in(machine, [value])
    sign = (NATURAL,) if record.lib in measures.LOSSES else ()
    return machine.unknown(node, *sign, models=frozenset(inside) | gradients_of(machine, args.values()))
