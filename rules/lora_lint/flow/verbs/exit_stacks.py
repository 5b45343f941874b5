"""What waits for the end of a block or of the script: exit stacks, and what is registered to be called then."""

from __future__ import annotations

from functools import partial

import libcst as cst

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.containers import known_items, record_of
from lora_lint.flow.scope import Args
from lora_lint.flow.values import NONE, Const, InstRec, ObjRef, Partial, Tup, Value
from lora_lint.flow.verbs.contexts import BLOCKS, Block, enter, instance, leave, nothing
from lora_lint.flow.worlds.world import World
from lora_lint.knowledge import names
from lora_lint.lifecycle.records import Oid

AT_EXIT: Oid = ("at exit", 0)  # the frame that holds what is called when the script ends
WAITING = "waiting"  # the field of an exit stack that holds what is done when its block ends, last one first


def _on_exit(call: LibCall) -> Value:
    """`stack.callback(function, ...)`: called when the block of the stack ends."""
    if not call.args.pos:
        return call.unknown()
    _wait(call, _later(call))
    return call.args.pos[0]


def _later(call: LibCall) -> Partial:
    """The call that waits, with its arguments as they are now."""
    return Partial(call.args.pos[0], tuple(call.args.pos[1:]), tuple(call.args.kw.items()))


def _enter_on(call: LibCall) -> Value:
    """`stack.enter_context(manager)`: entered here, left when the block of the stack ends."""
    manager = call.arg("cm")
    if manager is None:
        return call.unknown()
    _wait(call, manager)
    entered = enter(call.machine, manager, call.node)
    record = instance(call.machine, entered)
    own = record is not None and record.cls is not None
    return entered if own or entered != manager else call.unknown()  # the stack has it: it is not dropped


def _at_exit(call: LibCall) -> Value:
    """`atexit.register(function, ...)`: called when the script ends, in whichever way."""
    if not call.args.pos:
        return call.unknown()
    frame = call.machine.world.frame(AT_EXIT)
    waiting = known_items(call.machine, frame.get(WAITING, Tup(())))
    frame[WAITING] = Tup((*waiting, Tup((_later(call), Const(call.node)))))
    return call.args.pos[0]


def run_at_exit(machine: Machine, worlds: list[World]) -> list[World]:
    """Calls what was registered, last one first; gives the worlds in which the script has ended."""
    done: list[World] = []
    for world in worlds:
        waiting = known_items(machine, world.frames.get(AT_EXIT, {}).get(WAITING, Tup(())))
        after = [world]
        for entry in reversed(waiting):
            call = partial(_do_waiting, machine, entry, machine.module.tree)
            after = [ended for before in after for _, ended in machine.explore(before, call)]
        done += after
    return done


def _wait(call: LibCall, what: Value) -> None:
    record = record_of(call.machine, call.receiver) if call.receiver is not None else None
    if isinstance(record, InstRec) and isinstance(call.receiver, ObjRef):
        waiting = known_items(call.machine, record.fields.get(WAITING, Tup(())))
        fields = {**record.fields, WAITING: Tup((*waiting, Tup((what, Const(call.node)))))}
        call.machine.world.put(call.receiver.oid, InstRec(record.cls, record.lib, fields, record.site))


def _close_stack(call: LibCall) -> Value:
    if call.receiver is not None:
        _unwind(call.machine, call.receiver, call.node)
    return NONE


def _unwind(machine: Machine, stack: Value, node: cst.CSTNode) -> None:
    record = instance(machine, stack)
    if record is None or not isinstance(stack, ObjRef):
        return
    waiting = known_items(machine, record.fields.get(WAITING, Tup(())))
    fields = {**record.fields, WAITING: Tup(())}
    machine.world.put(stack.oid, InstRec(record.cls, record.lib, fields, record.site))
    for entry in reversed(waiting):
        _do_waiting(machine, entry, node)


def _do_waiting(machine: Machine, entry: Value, node: cst.CSTNode) -> None:
    """Calls or leaves what waits: an object, with the call that has put it there. On each path what that path has put;
    `node` is where the paths part."""
    found = [machine.settle(one, node) for one in known_items(machine, machine.settle(entry, node))]
    if len(found) != 2 or not isinstance(found[1], Const):
        return  # which of several it is is not known
    what, place = found[0], found[1].value
    if isinstance(what, Partial):
        machine.call(what, Args(), place)
    else:
        leave(machine, what, place)


def _leave_stack(machine: Machine, manager: ObjRef, record: InstRec, node: cst.CSTNode) -> None:
    _unwind(machine, manager, node)


BLOCKS[names.EXIT_STACK] = Block(nothing, _leave_stack)
VERBS: dict[str, Verb] = {"on_exit": _on_exit, "at_exit": _at_exit, "enter_on": _enter_on, "close_stack": _close_stack}
