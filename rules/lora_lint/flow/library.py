"""Calls that leave the project: looked up in the tables, performed by a verb; or not known, and then careful."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import libcst as cst

from lora_lint.flow.containers import container_method, items_of, join_text, known_items
from lora_lint.flow.machine import Machine
from lora_lint.flow.scope import Args
from lora_lint.flow.strings import atoms_of, path_method, place_of, string_method
from lora_lint.flow.terms import make, pick
from lora_lint.flow.values import (
    NONE,
    TRUE,
    Bound,
    Const,
    DictRec,
    Func,
    Gate,
    Generator,
    InstRec,
    Lib,
    ListRec,
    Method,
    ModelRef,
    ObjRef,
    Param,
    Partial,
    Super,
    Sym,
    Term,
    Text,
    Tup,
    Value,
    WeightsRec,
)
from lora_lint.flow.world import MATERIAL
from lora_lint.knowledge.rows import Row
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
        value = self.args.get(name, self.row.position(name))
        return self.machine.settle(value, self.node) if value is not None else None

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

    def place(self, name: str, *, hub: bool = False) -> Place | None:
        """The directory that an argument names, or the receiver where the row says that it stands for it."""
        value = self.receiver if self.option("receiver") == name else self.arg(name)
        return place_of(self.machine.world, value, self.machine.usual, hub=hub)

    def option(self, name: str, default: Any = None) -> Any:
        return self.row.options.get(name, default)

    def unknown(self, *more: Any, models: frozenset[Oid] = frozenset(), kind: str = "") -> Sym:
        return self.machine.unknown(self.node, *more, models=models, kind=kind)


Verb = Callable[[LibCall], Value]


def as_model(machine: Machine, value: Value, node: cst.CSTNode) -> Oid | None:
    """The model that a value is. Something unknown that is used as one becomes a model of which nothing is known."""
    value = machine.settle(value, node)
    if isinstance(value, ModelRef):
        return value.oid
    if isinstance(value, Sym):
        return _material(machine, value.term, "", node)
    if isinstance(value, ObjRef):
        record = machine.world.heap.get(value.oid)
        if isinstance(record, InstRec) and machine.knowledge.is_a(record.lib, "torch.nn.Module"):
            cls = record.cls.node.name.value if record.cls is not None else record.lib.rpartition(".")[2]
            return _material(machine, ("object", value.oid), cls, node)
    return None


def _material(machine: Machine, term: Term, cls: str, node: cst.CSTNode) -> Oid:
    known = machine.world.frames.get(MATERIAL, {}).get(term)
    if isinstance(known, ModelRef):
        return known.oid
    oid = machine.world.life.create(machine.site(node), cls, known=False)
    machine.world.frame(MATERIAL)[term] = ModelRef(oid)
    return oid


def models_in(machine: Machine, values: Iterable[Value], deep: int = 3) -> list[Oid]:
    """The models that values are, hold, or were computed from."""
    found: list[Oid] = []
    for value in values:
        value = pick(machine.world, value)
        if isinstance(value, ModelRef):
            found.append(value.oid)
        elif isinstance(value, Bound):
            found += models_in(machine, [value.receiver], deep)
        elif isinstance(value, Method):
            found += models_in(machine, [value.self], deep)
        elif isinstance(value, (Tup, ObjRef)) and deep:
            found += models_in(machine, known_items(machine, value), deep - 1)
    return list(dict.fromkeys(found))


def gradients_of(machine: Machine, values: Iterable[Value]) -> frozenset[Oid]:
    """The models that values were computed from with gradients on."""
    found: frozenset[Oid] = frozenset()
    for value in values:
        value = pick(machine.world, value)
        if isinstance(value, Sym):
            found |= value.models
        elif isinstance(value, (Tup, ObjRef)):
            found |= gradients_of(machine, known_items(machine, value))
    return found


# -- callers -----------------------------------------------------------------------------------------------------------


def call_library(machine: Machine, callee: Lib, args: Args, node: cst.CSTNode) -> Value:
    """`library.function(...)`, `Class(...)` or `Class.method(...)`."""
    row = machine.knowledge.function(callee.name)
    if row is None:
        owner, _, method = callee.name.rpartition(".")
        if args.pos and machine.knowledge.function(callee.name) is None and method and owner[:1]:
            receiver = machine.settle(args.pos[0], node)
            if isinstance(receiver, ModelRef) and owner.rpartition(".")[2][:1].isupper():
                rest = Args(args.pos[1:], args.kw, args.open)  # `Cls.save_pretrained(model, out)`
                return machine.call(machine.get(receiver, method, node), rest, node)
        return call_foreign(machine, callee.name, args, node)
    return perform(LibCall(machine, callee.name, row, None, args, node))


def perform(call: LibCall) -> Value:
    """Does what the row says. Arguments are settled first, so that no path parts while the verb is at work."""
    machine, args = call.machine, call.args
    for i, value in enumerate(args.pos):
        if isinstance(value, Gate):
            args.pos[i] = machine.settle(value, call.node)
    for name, value in args.kw.items():
        if isinstance(value, Gate):
            args.kw[name] = machine.settle(value, call.node)
    return call.machine.parts.verbs[call.row.verb](call)


def call_foreign(machine: Machine, name: str, args: Args, node: cst.CSTNode) -> Value:
    """A library function that the tables do not list."""
    if not machine.knowledge.reads_only(name):
        hand_over(machine, args.values(), node)
    last = name.rpartition(".")[2]
    kind = name if last[:1].isupper() else ""
    models = gradients_of(machine, args.values())
    if kind and not models:
        fields = dict(args.kw)
        return ObjRef(machine.world.new(machine.site(node), InstRec(None, kind, fields, machine.site(node))))
    return machine.unknown(node, models=models, kind=kind)


def hand_over(machine: Machine, values: Iterable[Value], node: cst.CSTNode) -> None:
    """Code that is not seen gets these values: models among them may be trained and saved there."""
    for oid in models_in(machine, values):
        machine.world.life.hand_over(oid, machine.site(node))
        machine.emit("handed", node, oid)
    for value in values:
        value = pick(machine.world, value)
        if isinstance(value, (Func, Method)) and isinstance(value, Func):
            machine.called.add(value.node)


def call_bound(machine: Machine, callee: Bound, args: Args, node: cst.CSTNode) -> Value:
    """`receiver.method(...)` where the receiver is no project object of its own."""
    receiver = machine.settle(callee.receiver, node)
    name = callee.name
    world = machine.world
    if isinstance(receiver, ModelRef):
        return machine.parts.call_model(machine, receiver, name, args, node)
    if isinstance(receiver, ObjRef):
        record = world.heap.get(receiver.oid)
        if isinstance(record, (ListRec, DictRec)):
            return container_method(machine, receiver, name, args, node)
        if isinstance(record, WeightsRec):
            return machine.parts.call_weights(machine, receiver, record, name, args, node)
        if isinstance(record, InstRec):
            row = machine.knowledge.method(record.lib, name)
            if row is not None:
                return perform(LibCall(machine, f"{record.lib}.{name}", row, receiver, args, node))
    if isinstance(receiver, Super):
        return _call_super(machine, receiver, name, args, node)
    if isinstance(receiver, Text):
        row = machine.knowledge.method("pathlib.Path", name) if receiver.path else None
        if row is not None:
            return perform(LibCall(machine, f"pathlib.Path.{name}", row, receiver, args, node))
        given = [machine.settle(arg, node) for arg in args.pos]
        found = path_method(world, receiver.parts, name, given) if receiver.path else None
        if found is not None:
            return found
        return Sym(make(machine.site(node), "call", name, receiver))
    if isinstance(receiver, Const) and isinstance(receiver.value, str):
        given = [machine.settle(arg, node) for arg in args.pos]
        if name == "join" and given:
            items = items_of(machine, given[0], node)
            joined = join_text(machine, receiver, items) if items is not None else None
            return joined if joined is not None else machine.unknown(node, kind="builtins.str")
        found = string_method(world, receiver, name, given, args.kw)
        return found if found is not None else machine.unknown(node, kind="builtins.str")
    if isinstance(receiver, Param):
        if name == "requires_grad_":
            machine.set(receiver, "requires_grad", args.get("requires_grad", 0) or TRUE, node)
        return receiver if name in KEEPS_TENSOR else machine.unknown(node)
    if isinstance(receiver, Tup) and name in ("index", "count"):
        return machine.unknown(node)
    if isinstance(receiver, Func) and name == "__get__":
        return Method(receiver, args.pos[0]) if args.pos else receiver
    return machine.unknown(node, models=gradients_of(machine, args.values()))


KEEPS_TENSOR = frozenset(
    "cpu cuda to clone detach half float bfloat16 contiguous double type requires_grad_ numpy".split()
)


def _call_super(machine: Machine, receiver: Super, name: str, args: Args, node: cst.CSTNode) -> Value:
    """A method of the library class that a project class is built on."""
    self = receiver.self
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


def call_unknown(machine: Machine, callee: Sym | Const, args: Args, node: cst.CSTNode) -> Value:
    """A call of something unknown: a method of an unknown object, or a function from who knows where."""
    term = callee.term if isinstance(callee, Sym) else ()
    models = callee.models if isinstance(callee, Sym) else frozenset[Oid]()
    given = args.values()
    if term[:1] == ("attribute",) and len(term) == 3:
        name = term[2]
        done = machine.parts.call_method_of_unknown(machine, term[1], name, models, args, node)
        if done is not None:
            return done
    hand_over(machine, given, node)
    pure = not models_in(machine, given) and all(isinstance(pick(machine.world, v), Const) for v in given)
    models |= gradients_of(machine, given)
    if pure and term[:1] in (("attribute",), ("free",), ("parameter",)):
        spelled = tuple(v.value for v in given if isinstance(v, Const))
        if all(isinstance(s, (str, int, float, type(None))) for s in spelled) and term[-1:] and not given:
            return Sym(make(machine.site(node), "call", machine.site(node), term), models)
    return machine.unknown(node, models=models)


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


def call_object(machine: Machine, value: ObjRef, record: InstRec, args: Args, node: cst.CSTNode) -> Value:
    """`instance(...)` where the class has no `__call__` of its own: a torch module runs its forward."""
    forward = machine.get(value, "forward", node)
    if isinstance(forward, Method):
        return machine.call(forward, args, node)
    inside = [] if machine.world.muted else models_in(machine, [value])
    return machine.unknown(node, models=frozenset(inside) | gradients_of(machine, args.values()))


def text_of(call: LibCall, name: str) -> tuple[Any, ...] | None:
    return atoms_of(call.machine.world, call.arg(name))


__all__ = ["Generator", "LibCall", "Partial", "Verb", "as_model", "call_bound", "call_library", "call_unknown"]
