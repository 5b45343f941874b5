"""`with` blocks: what entering one switches, and what leaving it switches back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import libcst as cst

from lora_lint.flow.calls.coroutines import awaited
from lora_lint.flow.calls.foreign import hand_over
from lora_lint.flow.calls.halves import run_from_yield, run_up_to_yield
from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.instances import method_of
from lora_lint.flow.objects.strings import WHERE, WORKING, change_directory, place_of
from lora_lint.flow.scope import Args
from lora_lint.flow.values import NONE, Const, Generator, InstRec, Method, ModelRef, ObjRef, Sym, Tup, Value
from lora_lint.flow.verbs.around import gather
from lora_lint.flow.verbs.merging import enable
from lora_lint.flow.worlds.terms import make
from lora_lint.flow.worlds.world import World
from lora_lint.knowledge import names
from lora_lint.lifecycle.events.script import ContextMade
from lora_lint.lifecycle.events.training import Measured
from lora_lint.lifecycle.records import Oid, PeftModel

CONTEXT = "context."
SUPPRESS = "suppress"  # the kind of block that swallows exceptions, and the field that has their classes


def make_context(call: LibCall) -> Value:
    """A context manager, or for `torch.no_grad` also a decorator: what it does is decided where it is entered."""
    site = call.machine.site(call.node)
    fields = dict(zip(call.row.params, call.args.pos, strict=False)) | call.args.kw
    if isinstance(call.receiver, ModelRef):
        fields["model"] = call.receiver
        call.machine.emit(call.node, call.receiver.oid, ContextMade())
    if call.option("measures"):
        call.machine.emit(call.node, None, Measured())
    kind = call.option("kind")
    if kind == SUPPRESS:
        fields[SUPPRESS] = Tup(tuple(call.args.pos))
    lib = call.name if kind == "executor" else names.EXIT_STACK if kind == "stack" else f"{CONTEXT}{kind}"
    return ObjRef(call.machine.world.new(site, InstRec(None, lib, fields, site)))


def _inside(call: LibCall) -> Value:
    """A call of a function that a context manager decorates: it runs inside of the block."""
    machine, node = call.machine, call.node
    manager, function, *given = call.args.pos
    args = Args(given, call.args.kw, call.args.open)
    if isinstance(manager, Generator):
        results: list[Value] = []
        machine.yielding.append(lambda _: results.append(machine.call(function, args, node)))
        try:
            machine.call(manager, Args(), node)
        finally:
            machine.yielding.pop()
        return results[-1] if results else call.unknown()
    enter(machine, manager, node)
    result = machine.call(function, args, node)
    leave(machine, manager, node)
    return result


class Block(NamedTuple):
    """What a `with` block does: entering gives what `as` binds, None for the manager itself."""

    enter: Callable[[Machine, ObjRef, InstRec, cst.CSTNode], Value | None]
    leave: Callable[[Machine, ObjRef, InstRec, cst.CSTNode], None]


def enter(machine: Machine, manager: Value, node: cst.CSTNode) -> Value:
    """Enters a `with` block; gives what `as` binds."""
    manager = machine.settle(manager, node)
    if isinstance(manager, Generator):
        return run_up_to_yield(machine, manager, node)
    record = instance(machine, manager)
    if isinstance(manager, Sym):
        return Sym(make(machine.site(node), "entered", manager.term))
    if record is None or not isinstance(manager, ObjRef):
        return manager if isinstance(manager, ModelRef) else machine.unknown(node)
    if record.lib in BLOCKS:
        bound = BLOCKS[record.lib].enter(machine, manager, record, node)
        return bound if bound is not None else manager
    method = _own(machine, manager, "enter")
    return awaited(machine, machine.call(method, Args(), node), node) if method is not None else manager


def leave(machine: Machine, manager: Value, node: cst.CSTNode) -> None:
    """Leaves a `with` block."""
    manager = machine.settle(manager, node)
    if isinstance(manager, Generator):
        run_from_yield(machine, manager, node)
    record = instance(machine, manager)
    if isinstance(manager, Sym):
        hand_over(machine, [manager], node)  # what it was given it may save at the end
    if record is None or not isinstance(manager, ObjRef):
        return
    if record.lib in BLOCKS:
        BLOCKS[record.lib].leave(machine, manager, record, node)
        return
    method = _own(machine, manager, "exit")
    if method is not None:
        awaited(machine, machine.call(method, Args([NONE, NONE, NONE]), node), node)
    elif record.lib and not machine.knowledge.reads_only(record.lib):
        hand_over(machine, [manager], node)


def _own(machine: Machine, manager: ObjRef, name: str) -> Method | None:
    """What a class of the project does where its block is entered or left, by `with` or `async with`."""
    return method_of(machine, manager, f"__{name}__") or method_of(machine, manager, f"__a{name}__")


def suppresses(machine: Machine, manager: Value, world: World) -> Sequence[Value] | None:
    """The exceptions that a `with` block of this manager swallows, None where it swallows none."""
    record = world.heap.get(manager.oid) if isinstance(manager, ObjRef) else None
    if not isinstance(record, InstRec) or record.lib != f"{CONTEXT}{SUPPRESS}":
        return None
    caught = record.fields.get(SUPPRESS)
    return caught.items if isinstance(caught, Tup) else None


def instance(machine: Machine, manager: Value) -> InstRec | None:
    """What an instance of a class is, None for anything else."""
    record = machine.world.heap.get(manager.oid) if isinstance(manager, ObjRef) else None
    return record if isinstance(record, InstRec) else None


# -- kinds of blocks, by the word in the row of the library ------------------------------------------------------------


def nothing(machine: Machine, manager: ObjRef, record: InstRec, node: cst.CSTNode) -> None:
    """Entering or leaving changes nothing."""


def _mute(machine: Machine, manager: ObjRef, record: InstRec, node: cst.CSTNode) -> None:
    """`with torch.no_grad():`: what is computed carries no gradient."""
    machine.world.muted += 1


def _unmute(machine: Machine, manager: ObjRef, record: InstRec, node: cst.CSTNode) -> None:
    machine.world.muted = max(machine.world.muted - 1, 0)


def _without_gradient(machine: Machine, record: InstRec) -> bool:
    """`torch.set_grad_enabled(False)`."""
    return machine.known(record.fields.get("mode", NONE)) is False


def _set_grad(machine: Machine, manager: ObjRef, record: InstRec, node: cst.CSTNode) -> None:
    if _without_gradient(machine, record):
        _mute(machine, manager, record, node)


def _reset_grad(machine: Machine, manager: ObjRef, record: InstRec, node: cst.CSTNode) -> None:
    if _without_gradient(machine, record):
        _unmute(machine, manager, record, node)


def _temporary(machine: Machine, manager: ObjRef, record: InstRec, node: cst.CSTNode) -> Value:
    """`with TemporaryDirectory() as folder:`"""
    return Sym(("temporary", manager.oid), kind="builtins.str")


def _remove_temporary(machine: Machine, manager: ObjRef, record: InstRec, node: cst.CSTNode) -> None:
    place = place_of(machine.world, Sym(("temporary", manager.oid)), machine.usual)
    if place is not None:
        machine.world.life.erase(place)


def _disable(machine: Machine, manager: ObjRef, record: InstRec, node: cst.CSTNode) -> None:
    """`with model.disable_adapter():`."""
    target = _peft(machine, record)
    if target is not None:
        machine.world.life.replace(target, disabled=machine.site(node))


def _enable(machine: Machine, manager: ObjRef, record: InstRec, node: cst.CSTNode) -> None:
    """Opens the active adapters, even ones that were frozen."""
    target = _peft(machine, record)
    if target is not None:
        enable(machine.world.life, target)


def _peft(machine: Machine, record: InstRec) -> Oid | None:
    model, life = record.fields.get("model"), machine.world.life
    target = life.unwrapped(model.oid) if isinstance(model, ModelRef) else None
    return target if target is not None and isinstance(life.models[target], PeftModel) else None


def _gather(machine: Machine, manager: ObjRef, record: InstRec, node: cst.CSTNode) -> None:
    """Inside, this process holds all of a model's parameters."""
    gather(machine, record.fields.get("model"), whole=True)


def _part(machine: Machine, manager: ObjRef, record: InstRec, node: cst.CSTNode) -> None:
    gather(machine, record.fields.get("model"), whole=False)


def _change_directory(machine: Machine, manager: ObjRef, record: InstRec, node: cst.CSTNode) -> Value:
    """`with contextlib.chdir(path):`"""
    before = change_directory(machine.world, record.fields.get("path", NONE))
    machine.world.frame(WORKING)[manager.oid] = before
    return NONE


def _change_back(machine: Machine, manager: ObjRef, record: InstRec, node: cst.CSTNode) -> None:
    frame = machine.world.frame(WORKING)
    frame[WHERE] = frame.pop(manager.oid, Const("."))


def _given_back(machine: Machine, manager: ObjRef, record: InstRec, node: cst.CSTNode) -> Value:
    """`nullcontext(x)`."""
    return record.fields.get("enter_result", machine.unknown(node))


BLOCKS: dict[str, Block] = {
    f"{CONTEXT}muted": Block(_mute, _unmute),
    f"{CONTEXT}grad": Block(_set_grad, _reset_grad),
    f"{CONTEXT}temporary": Block(_temporary, _remove_temporary),
    f"{CONTEXT}disabled": Block(_disable, _enable),
    f"{CONTEXT}whole": Block(_gather, _part),
    f"{CONTEXT}elsewhere": Block(_change_directory, _change_back),
    f"{CONTEXT}null": Block(_given_back, nothing),
    f"{CONTEXT}{SUPPRESS}": Block(_given_back, nothing),
}
VERBS: dict[str, Verb] = {"context": make_context, "inside": _inside}
