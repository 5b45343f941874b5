"""What code that is not seen may call later: functions, methods and objects of the project that it was given.

Each that leads to a model is run once, aside, to see whose weights it keeps. From then on these may be kept after each
training.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import libcst as cst

from lora_lint.flow.aside import Aside
from lora_lint.flow.machine import Machine
from lora_lint.flow.modules import names_in
from lora_lint.flow.objects.containers import known_items, record_of
from lora_lint.flow.objects.lineage import lineage
from lora_lint.flow.objects.provenance import models_in
from lora_lint.flow.scope import Args
from lora_lint.flow.values import TRUE, Bound, Func, InstRec, Method, ModelRef, ObjRef, Partial, Value
from lora_lint.lifecycle.records import Keeping, Oid

FROM_ELSEWHERE: Oid = ("kept from elsewhere", 0)  # the frame of the adapters that code which is not seen may keep
DEEPEST = 3  # functions that call functions
CALLED = frozenset({Partial, Method, Bound, Func, ObjRef})  # kinds of values of which a part may be called


def may_call_back(machine: Machine, values: Iterable[Value], node: cst.CSTNode) -> None:
    """Notes the adapters that may be kept where these values are called."""
    if not machine.world.life.adapters or machine.hurried:
        return
    for value in values:
        for part in (value, *known_items(machine, value)):
            for callback in _callbacks(machine, part) if type(part) in CALLED else ():
                for adapter in _kept_by(machine, callback, node):
                    life = machine.world.life
                    machine.world.frame(FROM_ELSEWHERE)[adapter] = TRUE
                    life.keep(life.token(adapter), Keeping.UNSURE, None, machine.site(node))


def _callbacks(machine: Machine, value: Value) -> Iterator[Value]:
    """What of a value can be called, and leads to a model."""
    if isinstance(value, Partial):
        held = models_in(machine, [*value.args, *(given for _, given in value.kwargs)])
        if held or any(True for _ in _callbacks(machine, value.func)):
            yield value
    elif isinstance(value, Method):
        if models_in(machine, [value.self]) or led_to(machine, value.func):
            yield value
    elif isinstance(value, Bound):
        if isinstance(value.receiver, ModelRef):
            yield value
    elif isinstance(value, Func):
        if led_to(machine, value):
            yield value
    elif isinstance(value, ObjRef):
        record = record_of(machine, value)
        if isinstance(record, InstRec) and record.cls is not None and models_in(machine, [value]):
            for cls in lineage(record.cls):
                for name, member in machine.world.frames.get(cls.frame, {}).items():
                    if isinstance(member, Func) and not member.kind and not str(name).startswith("__"):
                        yield Method(member, value)


def led_to(machine: Machine, func: Value, deep: int = DEEPEST) -> list[Oid]:
    """The models of the variables that a function mentions: what they are, hold, or lead to as functions."""
    if not isinstance(func, Func):
        return []
    found: list[Oid] = []
    words = names_in(func.node)
    frame: Oid | None = func.frame
    while frame is not None:
        variables = machine.world.frames.get(frame, {})
        for word in words & variables.keys():
            value = variables[word]
            if not isinstance(value, Func):
                found += models_in(machine, [value])
            elif deep and value.node is not func.node:
                found += led_to(machine, value, deep - 1)
        frame = machine.parents.get(frame)
    return list(dict.fromkeys(found))


def _kept_by(machine: Machine, callback: Value, node: cst.CSTNode) -> set[Oid]:
    """The adapters of which a call keeps the weights, whatever it is given."""
    life = machine.world.life
    before = {adapter: len(life.content(life.token(adapter)).kept) for adapter in life.adapters}

    with Aside(machine):
        found = machine.explore(machine.world.copy(), lambda: machine.call(callback, Args(open=True), node))
    return {
        adapter
        for _, world in found
        for adapter, kept in before.items()
        if len(world.life.content(world.life.token(adapter)).kept) > kept
    }
