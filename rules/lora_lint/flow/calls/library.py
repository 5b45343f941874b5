"""Calls of libraries: looked up in the tables, performed by a verb."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import libcst as cst

from lora_lint.flow.calls.coroutines import AWAITABLE, await_arguments
from lora_lint.flow.calls.foreign import call_foreign
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.passes import used_up
from lora_lint.flow.objects.provenance import as_model
from lora_lint.flow.objects.strings import place_of
from lora_lint.flow.scope import Args
from lora_lint.flow.values import Const, Gate, InstRec, Lib, ModelRef, ObjRef, Sym, Value
from lora_lint.flow.worlds.terms import leaves
from lora_lint.knowledge.rows import Row
from lora_lint.lifecycle.events.script import Requires
from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import Oid


class LibCall:
    """One call of a library: its row, the receiver of a method, and the arguments by the names of the row."""

    __slots__ = ("args", "machine", "name", "node", "receiver", "row")

    def __init__(
        self, machine: Machine, name: str, row: Row, receiver: Value | None, args: Args, node: cst.CSTNode
    ) -> None:
        self.machine, self.name, self.row = machine, name, row
        self.receiver, self.args, self.node = receiver, args, node

    def arg(self, name: str) -> Value | None:
        """An argument, None where it is not given (or hides in `**options`)."""
        args = self.args
        value = args.kw[name] if name in args.kw else args.get(name, self.row.position(name))
        return self.machine.settle(value, self.node) if type(value) is Gate else value

    def plain(self, name: str, default: Any = None) -> Any:
        """The constant that an argument has; `default` where it is not given, ... where it is not constant."""
        value = self.arg(name)
        if value is None:
            return ... if self.args.open and name not in self.args.kw else default
        return value.value if isinstance(value, Const) else ...

    def model(self, name: str) -> Oid | None:
        """The model that an argument is; an unknown value given as a model becomes one."""
        value = self.arg(name)
        return as_model(self.machine, value, self.node) if value is not None else None

    def target(self) -> Oid:
        """The model whose method is called."""
        assert isinstance(self.receiver, ModelRef)
        return self.receiver.oid

    def instance(self) -> tuple[ObjRef, InstRec] | None:
        """The instance whose method is called, and what it holds."""
        record = self.machine.world.heap.get(self.receiver.oid) if isinstance(self.receiver, ObjRef) else None
        return (self.receiver, record) if isinstance(self.receiver, ObjRef) and isinstance(record, InstRec) else None

    def place(self, name: str, *, hub: bool = False) -> Place | None:
        """The directory that an argument names, or the receiver where the row says that it stands for it."""
        value = self.receiver if self.option("receiver") == name else self.arg(name)
        return place_of(self.machine.world, value, self.machine.usual, hub=hub)

    def written(self, name: str) -> cst.BaseExpression | None:
        """The expression that an argument was written as. Of `Class.method(instance, argument)` the first is none."""
        if not isinstance(self.node, cst.Call):
            return None
        position = self.row.position(name)
        plain = [arg for arg in self.node.args if arg.keyword is None and not arg.star]
        if isinstance(self.receiver, ModelRef) and len(plain) == len(self.args.pos) + 1:
            del plain[0]
        for arg in self.node.args:
            if arg.keyword is not None and arg.keyword.value == name:
                return arg.value
        return plain[position].value if position is not None and position < len(plain) else None

    def option(self, name: str, default: Any = None) -> Any:
        return self.row.options.get(name, default)

    def unknown(self, *more: Any, models: frozenset[Oid] = frozenset(), kind: str = "") -> Sym:
        return self.machine.unknown(self.node, *more, models=models, kind=kind)


Verb = Callable[[LibCall], Value]


def call_library(machine: Machine, callee: Lib, args: Args, node: cst.CSTNode) -> Value:
    """`library.function(...)`, `Class(...)` or `Class.method(...)`."""
    row = machine.knowledge.function(callee.name)
    if row is None:
        owner, _, method = callee.name.rpartition(".")
        if args.pos and machine.knowledge.function(callee.name) is None and method and owner[:1]:
            receiver = machine.settle(args.pos[0], node)
            rest = Args(args.pos[1:], args.kw, args.open)
            if (
                isinstance(receiver, ModelRef) and owner.rpartition(".")[2][:1].isupper()
            ):  # `Cls.save_pretrained(m, out)`
                return machine.call(machine.get(receiver, method, node), rest, node)
            record = machine.world.heap.get(receiver.oid) if isinstance(receiver, ObjRef) else None
            if isinstance(record, InstRec) and machine.knowledge.is_a(record.lib, owner):
                row = machine.knowledge.method(record.lib, method)
                if row is not None:  # `Trainer.save_model(self, out)`
                    return perform(LibCall(machine, callee.name, row, receiver, rest, node))
        return call_foreign(machine, callee.name, args, node)
    return perform(LibCall(machine, callee.name, row, None, args, node))


def perform(call: LibCall) -> Value:
    """Does what the row says. Arguments are settled first, so that no path parts while the verb is at work; data need
    not be where the verb only asks which models they come from."""
    args, row = call.args, call.row
    if "uses_up" in row.options or not AWAITABLE.isdisjoint(map(type, args.values())):
        _prepare(call, args)
    if args.kw:
        _note_needs(call)
    return call.machine.parts.verbs[row.verb](call)


def _prepare(call: LibCall, args: Args) -> None:
    """Settles what hangs on tests, and runs what waits to be run."""
    gates = call.row.options.get("gates")
    if gates is not True:
        _settle(call.machine, args, call.node, data=gates != "data")
    if call.row.options.get("uses_up"):
        args.pos[:] = [used_up(call.machine, value, call.node) for value in args.pos]
    await_arguments(call.machine, args, call.node)


def _settle(machine: Machine, args: Args, node: cst.CSTNode, *, data: bool) -> None:
    for i, value in enumerate(args.pos):
        if type(value) is Gate and (data or not _is_data(value)):
            args.pos[i] = machine.settle(value, node)
    for name, value in args.kw.items():
        if type(value) is Gate and (data or not _is_data(value)):
            args.kw[name] = machine.settle(value, node)


def _is_data(value: Gate) -> bool:
    """Is it, whichever way its tests come out, nothing that a model is, holds or has computed?"""
    return all(isinstance(leaf, Const) or (isinstance(leaf, Sym) and not leaf.models) for leaf in leaves(value))


def _note_needs(call: LibCall) -> None:
    """A keyword, or a value of one, that a library has not always had, or not always asked for."""
    machine, name = call.machine, call.name
    if isinstance(call.receiver, ModelRef):
        if machine.world.life.peft(call.receiver.oid) is None:
            return
        name = f"PeftModel.{name}"
    given = {keyword: value.value if isinstance(value, Const) else None for keyword, value in call.args.kw.items()}
    need = machine.knowledge.needed_by_call(name, given, more=call.args.open)
    if need is not None and not machine.catches(need.error):
        machine.emit(call.node, None, Requires(*need))


def construct(machine: Machine, ref: ObjRef, library: str, args: Args, node: cst.CSTNode) -> None:
    """`super().__init__(...)` of a library class, or making an instance of a project class without a constructor."""
    row = machine.knowledge.function(library)
    if row is not None and row.verb in FILLERS:
        FILLERS[row.verb](machine, ref, LibCall(machine, library, row, ref, args, node))
        return
    record = machine.world.heap[ref.oid]
    assert isinstance(record, InstRec)
    machine.world.put(ref.oid, InstRec(record.cls, record.lib, {**record.fields, **args.kw}, record.site))


FILLERS: dict[str, Callable[[Machine, ObjRef, LibCall], None]] = {}  # verbs that fill an instance that exists already
