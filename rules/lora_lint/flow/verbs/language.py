"""Builtins and the small tools of the standard library."""

from __future__ import annotations

from lora_lint.flow.containers import UNROLL, items_of, known_items, new_dict, new_list, record_of
from lora_lint.flow.exits import Raised
from lora_lint.flow.library import LibCall, Verb, call_foreign, gradients_of, hand_over
from lora_lint.flow.objects import class_name
from lora_lint.flow.passes import passes
from lora_lint.flow.scope import Args
from lora_lint.flow.strings import atoms_of, text
from lora_lint.flow.terms import pick
from lora_lint.flow.values import (
    FALSE,
    NONE,
    TRUE,
    Bound,
    Cls,
    Const,
    DictRec,
    Func,
    Generator,
    InstRec,
    Lib,
    ListRec,
    Method,
    ModelRef,
    ObjRef,
    Partial,
    Super,
    Sym,
    Text,
    Tup,
    Value,
    const,
)


def _unknown(call: LibCall) -> Value:
    return call.unknown(models=gradients_of(call.machine, call.args.values()))


def _foreign(call: LibCall) -> Value:
    return call_foreign(call.machine, call.name, call.args, call.node)


def _quiet(call: LibCall) -> Value:
    return call.unknown(models=gradients_of(call.machine, call.args.values()))


def _plain(call: LibCall) -> Value:
    return const(call.option("value"))


def _identity(call: LibCall) -> Value:
    return call.args.pos[0] if call.args.pos else Partial(Lib(call.name), (), ())


def _decorator(call: LibCall) -> Value:
    """`@dataclass` and `@dataclass(frozen=True)`."""
    return call.args.pos[0] if call.args.pos else Partial(Lib(call.name), (), tuple(call.args.kw.items()))


def _second(call: LibCall) -> Value:
    return call.args.pos[1] if len(call.args.pos) > 1 else call.unknown()


def _first(call: LibCall) -> Value:
    given = call.args.pos or list(call.args.kw.values())
    return given[0] if given else call.unknown()


def _self(call: LibCall) -> Value:
    return call.receiver if call.receiver is not None else call.unknown()


def _exit(call: LibCall) -> Value:
    raise Raised("builtins.SystemExit")


def _super(call: LibCall) -> Value:
    """`super()` of a method that is being run."""
    machine = call.machine
    frame = machine.frame
    owner = machine.owners.get(frame)
    if call.args.pos and isinstance(call.args.pos[0], Cls):
        owner = call.args.pos[0]
        return Super(call.args.pos[1], owner) if len(call.args.pos) > 1 else call.unknown()
    if owner is None:
        return call.unknown()
    variables = machine.world.frames.get(frame, {})
    first = next(iter(variables.values()), None)
    return Super(first, owner) if first is not None else call.unknown()


def _len(call: LibCall) -> Value:
    value = call.arg("object")
    if value is None:
        return call.unknown()
    items = items_of(call.machine, value, call.node)
    if items is not None:
        return Const(len(items))
    if isinstance(value, Const) and isinstance(value.value, str):
        return Const(len(value.value))
    return Sym(("len", value.term)) if isinstance(value, Sym) else call.unknown()


def _range(call: LibCall) -> Value:
    """A short range is run through; of a longer one the first number, one in between and the last."""
    bounds = [call.machine.settle(arg, call.node) for arg in call.args.pos]
    if bounds and all(isinstance(b, Const) and isinstance(b.value, int) for b in bounds):
        try:
            found = range(*[b.value for b in bounds if isinstance(b, Const)])
        except (ValueError, TypeError):
            return call.unknown()
        if len(found) <= UNROLL:
            return Tup(tuple(Const(n) for n in found))
        first, last = found[0], found[-1]
        return Tup((Const(first), Sym(("between", call.machine.site(call.node), first, last)), Const(last)))
    stop = bounds[1] if len(bounds) > 1 else bounds[0] if bounds else NONE
    start = bounds[0] if len(bounds) > 1 else Const(0)
    if len(bounds) > 2 or not isinstance(start, Const) or not isinstance(start.value, int) or not isinstance(stop, Sym):
        return call.unknown()
    before_stop = ("Subtract", stop.term, Const(1))
    between = Sym(("between", call.machine.site(call.node), start.value, before_stop))
    return Tup((start, between, Sym(before_stop)))


def _enumerate(call: LibCall) -> Value:
    iterable = call.arg("iterable") or call.unknown()
    start = call.plain("start", 0)
    items, is_open = passes(call.machine, iterable, call.node)
    if is_open or not isinstance(start, int):
        index = Sym(("index", call.machine.site(call.node)))
        return Tup(tuple(Tup((index, item)) for item in items), True)
    return Tup(tuple(Tup((Const(start + i), item)) for i, item in enumerate(items)))


def _zip(call: LibCall) -> Value:
    columns = [passes(call.machine, arg, call.node) for arg in call.args.pos]
    if not columns:
        return Tup(())
    closed = [items for items, is_open in columns if not is_open]
    if len(closed) == len(columns):
        return Tup(tuple(Tup(row) for row in zip(*closed, strict=False)))
    longest = max((len(items) for items in closed), default=1)
    padded = [[items[min(i, len(items) - 1)] for i in range(longest)] for items, _ in columns if items]
    return Tup(tuple(Tup(row) for row in zip(*padded, strict=False)), not closed)


def _map(call: LibCall) -> Value:
    function = call.arg("function")
    if function is None or len(call.args.pos) != 2:
        return call.unknown()
    items, is_open = passes(call.machine, call.args.pos[1], call.node)
    mapped = [call.machine.call(function, Args([item]), call.node) for item in items]
    return new_list(call.machine, call.node, mapped, open=is_open)


def _filter(call: LibCall) -> Value:
    function, iterable = call.arg("function"), call.arg("iterable")
    if function is None or iterable is None:
        return call.unknown()
    items, is_open = passes(call.machine, iterable, call.node)
    kept: list[Value] = []
    for item in items:
        answer = item if function == NONE else call.machine.call(function, Args([item]), call.node)
        decided = call.machine.known(answer)
        if decided is not False:
            kept.append(item)
            is_open = is_open or decided is None
    return new_list(call.machine, call.node, kept, open=is_open)


def _next(call: LibCall) -> Value:
    iterator = call.arg("iterator")
    if iterator is None:
        return call.unknown()
    if isinstance(iterator, Generator):
        return call.unknown()
    items, _ = passes(call.machine, iterator, call.node)
    if items:
        return items[0]
    return call.arg("default") or call.unknown()


def _any(call: LibCall) -> Value:
    return _quantified(call, stops_on=True)


def _all(call: LibCall) -> Value:
    return _quantified(call, stops_on=False)


def _quantified(call: LibCall, *, stops_on: bool) -> Value:
    iterable = call.arg("iterable")
    if iterable is None:
        return call.unknown()
    is_open = items_of(call.machine, iterable, call.node) is None
    for item in known_items(call.machine, iterable):
        decided = call.machine.known(item)
        if decided is stops_on:
            return const(stops_on)
        is_open = is_open or decided is None
    return call.unknown() if is_open else const(not stops_on)


def _list(call: LibCall) -> Value:
    name = call.name.rpartition(".")[2]
    iterable = call.arg("iterable")
    if iterable is None:
        return (
            Tup(())
            if name == "tuple"
            else new_list(call.machine, call.node, [], kind="set" if name == "set" else "list")
        )
    if isinstance(iterable, Sym) and not iterable.models:
        return Sym(("listed", iterable.term))
    items, is_open = passes(call.machine, iterable, call.node)
    if name == "reversed":
        items = items[::-1]
    if name == "sorted":
        is_open = is_open or not all(isinstance(pick(call.machine.world, item), Const) for item in items)
    if name == "tuple":
        return Tup(tuple(items), is_open)
    return new_list(call.machine, call.node, items, open=is_open, kind="set" if "set" in name else "list")


def _dict(call: LibCall) -> Value:
    items: list[tuple[Value, Value]] = []
    is_open = call.args.open
    for source in call.args.pos:
        record = record_of(call.machine, call.machine.settle(source, call.node))
        if isinstance(record, DictRec):
            items += record.items
            is_open = is_open or record.open
            continue
        pairs = items_of(call.machine, source, call.node)
        is_open = is_open or pairs is None
        for pair in pairs or ():
            both = items_of(call.machine, pair, call.node)
            if both is not None and len(both) == 2:
                items.append((both[0], both[1]))
    items += [(Const(name), value) for name, value in call.args.kw.items()]
    return new_dict(call.machine, call.node, items, open=is_open)


def _open_dict(call: LibCall) -> Value:
    return new_dict(call.machine, call.node, [], open=True)


def _chain(call: LibCall) -> Value:
    items: list[Value] = []
    is_open = False
    for source in call.args.pos:
        more, more_open = passes(call.machine, source, call.node)
        items += more
        is_open = is_open or more_open
    return Tup(tuple(items), is_open)


def _str(call: LibCall) -> Value:
    value = call.arg("object")
    atoms = atoms_of(call.machine.world, value)
    if isinstance(value, Const):
        return Const(str(value.value))
    if atoms is None:
        return call.unknown(kind="builtins.str")
    return Sym(atoms[0], kind="builtins.str") if isinstance(value, Sym) and isinstance(atoms[0], tuple) else text(atoms)


def _number(call: LibCall) -> Value:
    value = call.arg("object")
    if isinstance(value, Const) and isinstance(value.value, (str, int, float)):
        try:
            return const((int if call.name.endswith("int") else float)(value.value))
        except ValueError:
            return call.unknown()
    return value if isinstance(value, Sym) else call.unknown()


def _bool(call: LibCall) -> Value:
    value = call.arg("object")
    if value is None:
        return FALSE
    decided = call.machine.known(value)
    return const(decided) if decided is not None else value


def _callable(call: LibCall) -> Value:
    value = call.arg("object")
    if isinstance(value, (Func, Method, Lib, Cls, Partial, Bound)):
        return TRUE
    return FALSE if isinstance(value, Const) else call.unknown()


def _partial(call: LibCall) -> Value:
    if not call.args.pos:
        return call.unknown()
    return Partial(call.args.pos[0], tuple(call.args.pos[1:]), tuple(call.args.kw.items()))


def _bind_method(call: LibCall) -> Value:
    function, target = call.arg("function"), call.arg("object")
    return Method(function, target) if isinstance(function, Func) and target is not None else call.unknown()


def _deepcopy(call: LibCall) -> Value:
    value = call.args.pos[0] if call.args.pos else call.unknown()
    return _copied(call, call.machine.settle(value, call.node))


def _copied(call: LibCall, value: Value, deep: int = 3) -> Value:
    machine = call.machine
    site = machine.site(call.node)
    if isinstance(value, ModelRef):
        return ModelRef(machine.world.life.deepcopy(value.oid, site))
    if isinstance(value, Tup):
        return Tup(tuple(_copied(call, item, deep - 1) for item in value.items), value.open) if deep else value
    record = record_of(machine, value)
    if isinstance(record, ListRec):
        items = [_copied(call, item, deep - 1) for item in record.items] if deep else list(record.items)
        return new_list(machine, call.node, items, open=record.open, kind=record.kind)
    if isinstance(record, DictRec):
        pairs = [(k, _copied(call, v, deep - 1) if deep else v) for k, v in record.items]
        return new_dict(machine, call.node, pairs, open=record.open)
    if isinstance(record, InstRec):
        fields = {k: _copied(call, v, deep - 1) if deep else v for k, v in record.fields.items()}
        return ObjRef(machine.world.new(site, InstRec(record.cls, record.lib, fields, record.site)))
    return value


def _shallow(call: LibCall) -> Value:
    """`copy.copy` of a model gives an object around the same layers: the same model, for what can happen to it."""
    value = call.machine.settle(call.args.pos[0], call.node) if call.args.pos else call.unknown()
    record = record_of(call.machine, value)
    if record is not None:
        return ObjRef(call.machine.world.new(call.machine.site(call.node), record))  # type: ignore[arg-type]
    return value


def _fields(call: LibCall) -> Value:
    """`dataclasses.field(default=...)`."""
    site = call.machine.site(call.node)
    fields = dict(call.args.kw)
    if call.args.pos:
        fields["default"] = call.args.pos[0]
    return ObjRef(call.machine.world.new(site, InstRec(None, call.name, fields, site)))


def _submit(call: LibCall) -> Value:
    """`executor.submit(function, ...)`: taken to run here and now."""
    if not call.args.pos:
        return call.unknown()
    result = call.machine.call(call.args.pos[0], Args(call.args.pos[1:], call.args.kw, call.args.open), call.node)
    site = call.machine.site(call.node)
    return ObjRef(call.machine.world.new(site, InstRec(None, "concurrent.futures.Future", {"result": result}, site)))


def _result(call: LibCall) -> Value:
    record = record_of(call.machine, call.receiver) if call.receiver is not None else None
    return record.fields.get("result", call.unknown()) if isinstance(record, InstRec) else call.unknown()


def _start_thread(call: LibCall) -> Value:
    record = record_of(call.machine, call.receiver) if call.receiver is not None else None
    if isinstance(record, InstRec) and "target" in record.fields:
        given = record.fields.get("args")
        pos = items_of(call.machine, given, call.node) if given is not None else []
        call.machine.call(record.fields["target"], Args(pos or [], open=pos is None), call.node)
    return NONE


def _apply(call: LibCall) -> Value:
    """`checkpoint(function, *args)` and the like: the function is called with the rest."""
    if not call.args.pos:
        return call.unknown()
    return call.machine.call(call.args.pos[0], Args(call.args.pos[1:], {}, call.args.open), call.node)


def _entry(call: LibCall) -> Value:
    """`fire.Fire(main)`, `typer.run(main)`: the function is called with what the command line says."""
    function = call.args.pos[0] if call.args.pos else None
    if isinstance(function, (Func, Method)):
        return call.machine.call(function, Args(open=True), call.node)
    return call.unknown()


def _make(call: LibCall) -> Value:
    """An instance of a library class, which keeps its arguments as fields under the names of the row."""
    site = call.machine.site(call.node)
    fields = dict(zip(call.row.params, call.args.pos, strict=False)) | call.args.kw
    if call.args.open:
        fields["**"] = TRUE
    return ObjRef(call.machine.world.new(site, InstRec(None, call.name, fields, site)))


def _reader(call: LibCall) -> Value:
    return call.unknown(models=gradients_of(call.machine, call.args.values()))


def _handed(call: LibCall) -> Value:
    hand_over(call.machine, call.args.values(), call.node)
    return call.unknown()


VERBS: dict[str, Verb] = {
    "unknown": _unknown,
    "foreign": _foreign,
    "quiet": _quiet,
    "plain": _plain,
    "identity": _identity,
    "decorator": _decorator,
    "first": _first,
    "second": _second,
    "self": _self,
    "exit": _exit,
    "super": _super,
    "len": _len,
    "range": _range,
    "enumerate": _enumerate,
    "zip": _zip,
    "map": _map,
    "filter": _filter,
    "next": _next,
    "any": _any,
    "all": _all,
    "list": _list,
    "dict": _dict,
    "open_dict": _open_dict,
    "chain": _chain,
    "str": _str,
    "number": _number,
    "bool": _bool,
    "callable": _callable,
    "partial": _partial,
    "bind_method": _bind_method,
    "deepcopy": _deepcopy,
    "shallow": _shallow,
    "fields": _fields,
    "submit": _submit,
    "result": _result,
    "start_thread": _start_thread,
    "apply": _apply,
    "make": _make,
    "entry": _entry,
    "reader": _reader,
    "handed": _handed,
    "str_text": lambda call: text(atoms_of(call.machine.world, call.receiver) or ()),
}
__all__ = ["VERBS", "Text", "class_name"]
