"""Functions that are made of functions, and functions that are called by others."""

from __future__ import annotations

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.classes import options_record
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.containers import items_of, record_of
from lora_lint.flow.objects.instances import method_of
from lora_lint.flow.objects.items import get_item
from lora_lint.flow.objects.lineage import lineage
from lora_lint.flow.scope import Args
from lora_lint.flow.values import (
    NONE,
    Cls,
    Const,
    DictRec,
    Func,
    Gate,
    InstRec,
    Lib,
    Method,
    ObjRef,
    Partial,
    Tup,
    Value,
)
from lora_lint.flow.worlds.exits import Exits
from lora_lint.flow.worlds.paths import Outcome
from lora_lint.knowledge import names


def _decorator(call: LibCall) -> Value:
    """`@dataclass` and `@dataclass(frozen=True)`."""
    return call.args.pos[0] if call.args.pos else Partial(Lib(call.name), (), tuple(call.args.kw.items()))


def _partial(call: LibCall) -> Value:
    if not call.args.pos:
        return call.unknown()
    given, named = tuple(call.args.pos[1:]), tuple(call.args.kw.items())
    return Partial(call.args.pos[0], given, named, method=bool(call.option("method")))


def _bind_method(call: LibCall) -> Value:
    function, target = call.arg("function"), call.arg("object")
    return Method(function, target) if isinstance(function, Func) and target is not None else call.unknown()


RESULT = "[result]"  # what a future holds; its method `result` has the name without brackets


def _submit(call: LibCall) -> Value:
    """`executor.submit(function, ...)`: taken to run here and now."""
    if not call.args.pos:
        return call.unknown()
    result = call.machine.call(call.args.pos[0], Args(call.args.pos[1:], call.args.kw, call.args.open), call.node)
    site = call.machine.site(call.node)
    return ObjRef(call.machine.world.new(site, InstRec(None, names.FUTURE, {RESULT: result}, site)))


def _result(call: LibCall) -> Value:
    record = record_of(call.machine, call.receiver) if call.receiver is not None else None
    return record.fields.get(RESULT, call.unknown()) if isinstance(record, InstRec) else call.unknown()


def _start_thread(call: LibCall) -> Value:
    """`thread.start()`: taken to run here and now. One that fails, or goes on for ever, does not end the script."""
    record = record_of(call.machine, call.receiver) if call.receiver is not None else None
    if isinstance(record, InstRec) and "target" in record.fields:
        given = record.fields.get("args")
        pos = items_of(call.machine, given, call.node) if given is not None else []
        named = record.fields.get("kwargs")
        held = record_of(call.machine, call.machine.settle(named, call.node)) if named is not None else None
        kw = {str(k.value): v for k, v in held.items if isinstance(k, Const)} if isinstance(held, DictRec) else {}
        is_open = pos is None or (named is not None and (not isinstance(held, DictRec) or held.open))
        target, args = record.fields["target"], Args(pos or [], kw, is_open)
        return call.machine.choose(lambda: _aside(call, target, args))
    own = method_of(call.machine, call.receiver, "run") if call.receiver is not None else None
    return call.machine.choose(lambda: _aside(call, own, Args())) if own is not None else NONE


def _aside(call: LibCall, target: Value, args: Args) -> list[Outcome]:
    """All worlds after a call of which nobody waits for the end."""
    machine = call.machine
    around, machine.exits = machine.exits, Exits()
    try:
        ended = [world for _, world in machine.explore(machine.world, lambda: machine.call(target, args, call.node))]
        ended += [world for _, world in machine.exits.raises]
    finally:
        machine.exits = around
    return [Outcome(NONE, world) for world in machine.fold(ended, call.node)]


def _delegate(call: LibCall) -> Value:
    """`asyncio.to_thread(function, *args)`, `loop.run_in_executor(pool, function, *args)`: taken to run here and now,
    and to give what the function gives."""
    given = call.args.pos[call.row.position("func") or 0 :]
    if not given:
        return call.unknown()
    return call.machine.call(given[0], Args(given[1:], call.args.kw, call.args.open), call.node)


def _entry(call: LibCall) -> Value:
    """`fire.Fire(main)`, `typer.run(main)`: the function is called with what the command line says."""
    function = call.args.pos[0] if call.args.pos else None
    if isinstance(function, (Func, Method)):
        return call.machine.call(function, Args(open=True), call.node)
    return options_record(call.machine, function, call.node) if isinstance(function, Cls) else call.unknown()


def _commands(call: LibCall) -> Value:
    """`fire.Fire(main)`, `fire.Fire({"train": train})`, `fire.Fire(Cli)`: the command line says which function is
    called, of a class or an object one of its methods, and with what."""
    machine, component = call.machine, call.args.pos[0] if call.args.pos else None
    if isinstance(component, Cls):
        component = machine.call(component, Args(open=True), call.node)
    found = component
    record = record_of(machine, component) if component is not None else None
    if isinstance(record, DictRec):
        found = _any_of(call, [value for _, value in record.items])
    elif isinstance(record, InstRec) and record.cls is not None and component is not None:
        found = _any_of(call, [Method(method, component) for method in _public_methods(machine, record.cls)])
    found = machine.settle(found, call.node) if found is not None else None
    return machine.call(found, Args(open=True), call.node) if isinstance(found, (Func, Method)) else call.unknown()


def _any_of(call: LibCall, choices: list[Value]) -> Value | None:
    """Whichever of these is asked for."""
    site, found = call.machine.site(call.node), choices[-1] if choices else None
    for place, choice in enumerate(choices[:-1]):
        assert found is not None
        found = Gate(("command", site, place), choice, found)
    return found


def _public_methods(machine: Machine, cls: Cls) -> list[Func]:
    frames = [machine.world.frames.get(current.frame, {}) for current in reversed(lineage(cls))]
    named = {name: value for frame in frames for name, value in frame.items() if isinstance(name, str)}
    return [value for name, value in named.items() if isinstance(value, Func) and not name.startswith("_")]


def _repeat(call: LibCall) -> Value:
    """`study.optimize(objective)`: the function is called again and again; twice shows what is left over."""
    function = call.arg(call.row.params[-1])
    if isinstance(function, (Func, Method, Partial)):
        before = set(call.machine.world.life.adapters)
        for _ in range(2):
            call.machine.call(function, Args(open=True), call.node)
        life = call.machine.world.life
        for adapter in set(life.adapters) - before:
            life.replace_adapter(adapter, trial=True)
    return call.unknown()


def _later(call: LibCall) -> Value:
    """`methodcaller(name, ...)`: a function of the object that comes last."""
    return Partial(Lib(f"{call.name}.call"), tuple(call.args.pos), tuple(call.args.kw.items()))


def _call_method(call: LibCall) -> Value:
    name, *given = call.args.pos
    if not given or not isinstance(name, Const) or not isinstance(name.value, str):
        return call.unknown()
    method = call.machine.get(given.pop(), name.value, call.node)
    return call.machine.call(method, Args(given, call.args.kw, call.args.open), call.node)


def _get_attribute(call: LibCall) -> Value:
    *asked, subject = call.args.pos
    if len(asked) != 1 or not isinstance(asked[0], Const) or not isinstance(asked[0].value, str):
        return call.unknown()
    for part in asked[0].value.split("."):
        subject = call.machine.get(subject, part, call.node)
    return subject


def _get_items(call: LibCall) -> Value:
    """`itemgetter("student", "teacher")(models)`: one item, or all that are asked for."""
    *asked, subject = call.args.pos
    if not asked:
        return call.unknown()
    found = [get_item(call.machine, subject, index, call.node) for index in asked]
    return found[0] if len(found) == 1 else Tup(tuple(found))


VERBS: dict[str, Verb] = {
    "decorator": _decorator,
    "partial": _partial,
    "bind_method": _bind_method,
    "submit": _submit,
    "result": _result,
    "start_thread": _start_thread,
    "delegate": _delegate,
    "entry": _entry,
    "commands": _commands,
    "later": _later,
    "call_method": _call_method,
    "get_attribute": _get_attribute,
    "get_items": _get_items,
    "repeat": _repeat,
}
