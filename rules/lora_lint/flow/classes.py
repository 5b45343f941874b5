"""Definitions: functions with their decorators, classes with their namespaces, and making instances."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

import libcst as cst

from lora_lint.flow.calls.callbacks import may_call_back
from lora_lint.flow.calls.coroutines import is_async
from lora_lint.flow.calls.foreign import hand_over
from lora_lint.flow.calls.functions import function_value
from lora_lint.flow.calls.held import whole
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.enums import enlist, is_enumeration, member_of
from lora_lint.flow.objects.instances import METACLASS, find_member, library_base, method_of, set_together
from lora_lint.flow.objects.lineage import lineage
from lora_lint.flow.scope import Args
from lora_lint.flow.values import Bound, Cls, Const, Func, Generator, InstRec, Lib, Method, ObjRef, Partial, Sym, Value
from lora_lint.flow.worlds.terms import large
from lora_lint.flow.worlds.world import World
from lora_lint.knowledge import names
from lora_lint.lifecycle.records import Oid


def function_def(machine: Machine, node: cst.FunctionDef, worlds: list[World]) -> list[World]:
    return [after for world in worlds for _, after in machine.explore(world, lambda: _define(machine, node))]


def _define(machine: Machine, node: cst.FunctionDef) -> None:
    owner = machine.defining[-1] if machine.defining and machine.defining[-1].frame == machine.frame else None
    name = node.name.value
    kind = ""
    decorators: list[tuple[Value, bool]] = []
    for decorator in node.decorators:
        if isinstance(decorator.decorator, cst.Attribute) and decorator.decorator.attr.value in ("setter", "deleter"):
            name = f"{name}.{decorator.decorator.attr.value}"
            continue
        value = machine.evaluate(decorator.decorator)
        maker = value.func if isinstance(value, Partial) else value  # `@lru_cache(maxsize=None)`
        found = names.METHOD_KINDS.get(maker.name, "") if isinstance(maker, Lib) else ""
        kind = names.KEPT if {kind, found} == {"property", "cached"} else kind or found
        if not found:
            decorators.append((value, _only_calls(machine, decorator.decorator, value)))
    func: Value = function_value(machine, node, owner, kind)
    for decorator_value, known in reversed(decorators):
        func = _decorated(machine, decorator_value, known, func, node)
    home = machine.redirects.get((machine.frame, name), machine.frame)
    machine.world.bind(home, name, func)  # a property's setter is kept under "name.setter"


def _decorated(machine: Machine, decorator: Value, known: bool, func: Value, node: cst.CSTNode) -> Value:
    """A decorator of the project is called, and one of a library that keeps the function to call it later; others of
    `known` libraries are taken to keep it as it is. Those of others get what it is called with, and what it gives."""
    if isinstance(func, Func) and func.owner is None and _is_context(machine, decorator):
        return Partial(Lib(names.INSIDE), (decorator, func), ())
    if isinstance(func, Func) and func.around is None and not is_async(func):
        block = _muting(machine, decorator, node)
        if block is not None:
            inside = Partial(Lib(names.INSIDE), (block,), ())
            return Func(func.module, func.node, func.frame, func.defaults, func.owner, func.kind, inside)
    if isinstance(decorator, ObjRef) and not isinstance(machine.get(decorator, "__call__", node), Method):
        hand_over(machine, [decorator], node)  # `@session`: what its library base does around each call is not seen
    elif isinstance(decorator, (Func, Method, Partial, Cls, ObjRef)):
        result = machine.call(decorator, Args([func]), node)
        if isinstance(func, Func) and isinstance(func.node, cst.FunctionDef):
            machine.called.add(func.node)
        return result if isinstance(result, (Func, Method, Partial, ObjRef)) else func
    if isinstance(decorator, Lib) and decorator.name in names.DISPATCHERS:
        if decorator.name == names.DISPATCHER:
            return machine.call(decorator, Args([func]), node)
        return machine.unknown(node, "dispatched")  # which one runs is not followed
    if isinstance(decorator, Bound) and isinstance(decorator.receiver, ObjRef):
        record = machine.world.heap.get(decorator.receiver.oid)
        if isinstance(record, InstRec) and record.lib == names.DISPATCHER:
            return machine.call(decorator, Args([func]), node)
    if isinstance(func, Func) and isinstance(decorator, (Lib, Sym)) and not known:
        if func.owner is None:
            hand_over(machine, [func], node)  # `@app.on_exit`: it may be called with the models that it names
        return Func(func.module, func.node, func.frame, func.defaults, func.owner, func.kind, decorator)
    if isinstance(decorator, Lib) and machine.knowledge.registers(decorator.name):
        machine.call(decorator, Args([func]), node)
    return func


def _only_calls(machine: Machine, written: cst.BaseExpression, value: Value) -> bool:
    """Is a decorator of a library that only calls the function, or reads what it is called with?"""
    maker = machine.evaluate(written.func) if isinstance(written, cst.Call) and isinstance(value, Sym) else value
    name = maker.name if isinstance(maker, Lib) else ""
    if isinstance(maker, Sym):
        record = machine.world.heap.get(whole(maker.term))  # type: ignore[call-overload]
        name = record.lib if isinstance(record, InstRec) else ""
    return bool(name) and (machine.knowledge.only_calls(name) or machine.knowledge.reads_only(name))


def _muting(machine: Machine, decorator: Value, node: cst.CSTNode) -> ObjRef | None:
    """`@torch.no_grad()`, and without its parentheses: the block in which each call runs."""
    if isinstance(decorator, Lib) and machine.knowledge.mutes(decorator.name):
        decorator = machine.call(decorator, Args(), node)
    record = machine.world.heap.get(decorator.oid) if isinstance(decorator, ObjRef) else None
    if isinstance(decorator, ObjRef) and isinstance(record, InstRec) and record.lib in names.MUTING:
        return decorator
    return None


def _is_context(machine: Machine, decorator: Value) -> bool:
    """`@saving(model)`: a function under @contextmanager, or an instance that may be a decorator, too."""
    record = machine.world.heap.get(decorator.oid) if isinstance(decorator, ObjRef) else None
    if isinstance(record, InstRec):
        return record.cls is not None and record.lib == names.CONTEXT_DECORATOR
    return isinstance(decorator, Generator)


def class_def(machine: Machine, node: cst.ClassDef, worlds: list[World]) -> list[World]:
    done: list[World] = []
    for world in worlds:
        for (cls, decorators), after in machine.explore(world, lambda: _begin_class(machine, node)):
            for ended in _class_body(machine, node, cls, after):
                done += [w for _, w in machine.explore(ended, partial(_decorate, machine, cls, decorators, node))]
    return machine.fold(done, node) if len(done) > 1 else done


def _decorate(machine: Machine, cls: Cls, decorators: list[Value], node: cst.ClassDef) -> None:
    """What a base does with each class built on it; a decorator of the project may put methods on the class, or give
    another one in its place."""
    for name, member in list(machine.world.frames.get(cls.frame, {}).items()):
        named = method_of(machine, member, "__set_name__")
        if named is not None:
            machine.call(named, Args([cls, Const(name)]), node)
    given = {k.keyword.value: machine.evaluate(k.value) for k in node.keywords if k.keyword is not None}
    if "metaclass" in given:
        machine.world.bind(cls.frame, METACLASS, given.pop("metaclass"))
    told = find_member(machine, cls, "__init_subclass__", after=cls)
    if isinstance(told, Func):
        machine.call(Method(told, cls), Args([], given), node)
    for decorator in reversed(decorators):
        if isinstance(decorator, (Func, Method)):
            result = machine.call(decorator, Args([cls]), node)
            if isinstance(result, Cls) and result is not cls:
                machine.world.bind(
                    machine.redirects.get((machine.frame, node.name.value), machine.frame), node.name.value, result
                )


def _begin_class(machine: Machine, node: cst.ClassDef) -> tuple[Cls, list[Value]]:
    bases = tuple(machine.evaluate(arg.value) for arg in node.bases if not arg.star)
    if large(*bases):
        bases = (machine.unknown(node),)
    decorators = [machine.evaluate(d.decorator) for d in node.decorators]
    names = {value.name for value in decorators if isinstance(value, Lib)}
    names |= {value.func.name for value in decorators if isinstance(value, Partial) and isinstance(value.func, Lib)}
    frame: Oid = (machine.site(node), 0)
    cls = Cls(machine.module, node, frame, bases)
    library = library_base(cls)
    record = any(machine.knowledge.makes_record(name) for name in names) or machine.knowledge.is_record(library)
    record = record or any(base.record for base in lineage(cls))
    return Cls(machine.module, node, frame, bases, record), decorators


def _class_body(machine: Machine, node: cst.ClassDef, cls: Cls, world: World) -> list[World]:
    outer = machine.frame
    machine.parents[cls.frame] = outer
    machine.captured.add(outer)
    machine.frame = cls.frame
    world.frame(cls.frame)
    machine.defining.append(cls)
    try:
        worlds = machine.block(node.body, [world])
    finally:
        machine.defining.pop()
        machine.frame = outer
    home = machine.redirects.get((outer, node.name.value), outer)
    for after in worlds:
        if is_enumeration(cls):
            enlist(after, cls)
        after.bind(home, node.name.value, cls)
    if cls not in machine.classes:
        machine.classes.append(cls)
    return worlds


# -- instances ---------------------------------------------------------------------------------------------------------


def instantiate(machine: Machine, cls: Cls, args: Args, node: cst.CSTNode) -> Value:
    """`Class(...)`: an instance, if its metaclass has no other idea."""
    machine.called.add(cls.node)
    if is_enumeration(cls):
        return member_of(machine, cls, args, node)
    metaclass = find_member(machine, cls, METACLASS)
    maker = find_member(machine, metaclass, "__call__") if isinstance(metaclass, Cls) else None
    if isinstance(maker, Func):
        return machine.call(Method(maker, cls), args, node)
    return make_instance(machine, cls, args, node)


def make_instance(machine: Machine, cls: Cls, args: Args, node: cst.CSTNode) -> Value:
    """A new instance, by the class's own methods."""
    library = library_base(cls)
    maker = find_member(machine, cls, "__new__")
    if isinstance(maker, Func):
        return machine.call(maker, Args([cls, *args.pos], args.kw, args.open), node)
    ref = ObjRef(machine.world.new(machine.site(node), InstRec(cls, library, {}, machine.site(node))))
    init = find_member(machine, cls, "__init__")
    if isinstance(init, Func):
        machine.call(Method(init, ref), args, node)
    elif cls.record:
        fill_record(machine, ref, cls, args, node)
        post = find_member(machine, cls, "__post_init__")
        if isinstance(post, Func):
            machine.call(Method(post, ref), Args(), node)
    elif library:
        machine.parts.construct(machine, ref, library, args, node)
    last = find_member(machine, cls, "__del__")
    if isinstance(last, Func):  # nobody knows when
        may_call_back(machine, [Method(last, ref)], node)
    return ref


def fields_of(cls: Cls) -> list[tuple[str, cst.AnnAssign]]:
    """The annotated fields of a dataclass and its bases, in the order of its constructor."""
    found: dict[str, cst.AnnAssign] = {}
    for current in reversed(lineage(cls)):
        for statement in current.node.body.body:
            if isinstance(statement, cst.SimpleStatementLine):
                for small in statement.body:
                    if isinstance(small, cst.AnnAssign) and isinstance(small.target, cst.Name):
                        found[small.target.value] = small
    return list(found.items())


def fill_record(machine: Machine, ref: ObjRef, cls: Cls, args: Args, node: cst.CSTNode) -> None:
    """A dataclass's own constructor: arguments by position and name, else the fields' defaults."""
    given = list(args.pos)

    def values() -> Iterator[tuple[str, Value]]:
        for name, _ in fields_of(cls):
            if given:
                yield name, given.pop(0)
            elif name in args.kw:
                yield name, args.kw[name]
            else:
                yield name, default_of(machine, cls, name, node, open=args.open)

    set_together(machine, ref, values(), node)


def default_of(machine: Machine, cls: Cls, name: str, node: cst.CSTNode, *, open: bool = False) -> Value:
    """The default of a dataclass field: plain, `field(default=...)` or `field(default_factory=...)`."""
    stored = find_member(machine, cls, name)
    if stored is None or open:
        return machine.unknown(node, name)
    if isinstance(stored, ObjRef):
        record = machine.world.heap.get(stored.oid)
        if isinstance(record, InstRec) and machine.knowledge.is_field(record.lib):
            if "default" in record.fields:
                return record.fields["default"]
            if "default_factory" in record.fields:
                return machine.call(record.fields["default_factory"], Args(), node)
            return machine.unknown(node, name)
    return stored


def options_record(machine: Machine, cls: Cls, node: cst.CSTNode, told: Mapping[str, Value] | None = None) -> ObjRef:
    """An instance whose fields come from the command line: those that it is known to give, the others unknown, with
    their defaults as the usual values."""
    ref = ObjRef(machine.world.new(machine.site(node), InstRec(cls, library_base(cls), {}, machine.site(node))))
    machine.called.add(cls.node)

    def values() -> Iterator[tuple[str, Value]]:
        for name, _ in fields_of(cls):
            usual = default_of(machine, cls, name, node)
            term = ("option", cls.frame, name)
            if isinstance(usual, Const):
                machine.usual[term] = usual
            yield name, (told or {}).get(name, Sym(term))

    set_together(machine, ref, values(), node)
    post = find_member(machine, cls, "__post_init__")
    if isinstance(post, Func):
        machine.call(Method(post, ref), Args(), node)
    return ref
