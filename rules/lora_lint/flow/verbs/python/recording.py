"""Records: named tuples, and copies and views of objects with fields."""

from __future__ import annotations

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.objects.containers import items_of, new_dict, record_of
from lora_lint.flow.values import TRUE, Const, InstRec, Lib, ModuleRef, ObjRef, Partial, Tup, Value
from lora_lint.knowledge import names as names_of


def _namedtuple(call: LibCall) -> Value:
    """`namedtuple("Fit", "model tokenizer")`: a maker of records with these fields."""
    given = call.arg("field_names")
    names = call.plain("field_names")
    items = items_of(call.machine, given, call.node) if given is not None and not isinstance(names, str) else None
    if isinstance(names, str):
        fields = tuple(names.replace(",", " ").split())
    elif items is not None and all(isinstance(item, Const) for item in items):
        fields = tuple(str(item.value) for item in items if isinstance(item, Const))
    else:
        return call.unknown()
    return Partial(Lib(names_of.NEW_TUPLE), (Const(fields),), ())


def _new_tuple(call: LibCall) -> Value:
    """A call of what `namedtuple` made."""
    names, *given = call.args.pos
    assert isinstance(names, Const)
    fields = dict(zip(names.value, given, strict=False)) | call.args.kw
    ordered = {name: fields.get(name, call.unknown(name)) for name in names.value}
    site = call.machine.site(call.node)
    return ObjRef(call.machine.world.new(site, InstRec(None, names_of.NAMED_TUPLE, ordered, site)))


def _record(call: LibCall) -> InstRec | None:
    """The object whose fields are asked for: the receiver, or the first argument."""
    value = call.receiver if call.receiver is not None else call.args.get("obj", 0)
    record = record_of(call.machine, call.machine.settle(value, call.node)) if value is not None else None
    return record if isinstance(record, InstRec) else None


def _changed_copy(call: LibCall) -> Value:
    """`dataclasses.replace(settings, out="b")`, `point._replace(x=1)`: a copy with some fields changed."""
    record = _record(call)
    if record is None:
        return call.unknown()
    fields = {**record.fields, **{name: new for name, new in call.args.kw.items() if name != "obj"}}
    given = call.args.get("obj", 0)
    if fields.get("**") == TRUE and given is not None:
        fields["**"] = given  # what is not known of it is as there
    site = call.machine.site(call.node)
    return ObjRef(call.machine.world.new(site, InstRec(record.cls, record.lib, fields, record.site)))


def _globals(call: LibCall) -> Value:
    """`globals()`: the variables of the module that asks."""
    return ModuleRef(call.machine.module)


def as_dict(call: LibCall) -> Value:
    """`dataclasses.asdict(settings)`, `vars(args)`: the fields by name. What else there is of training arguments
    (`rest`) is as theirs in others that are made of the dict."""
    record = _record(call)
    if record is None:
        return call.unknown()
    known: list[tuple[Value, Value]] = [(Const(n), field) for n, field in record.fields.items() if n.isidentifier()]
    if call.option("rest") and "**" in record.fields and call.receiver is not None:
        known.append((Const("**"), call.receiver))
    return new_dict(call.machine, call.node, known, open="**" in record.fields)


def _fields_of(call: LibCall) -> Value:
    """`dataclasses.fields(settings)`: what its fields are called."""
    record = _record(call)
    if record is None or record.cls is None or "**" in record.fields:
        return call.unknown()
    site, machine = call.machine.site(call.node), call.machine
    named = [InstRec(None, names_of.FIELD, {"name": Const(name)}, site) for name in record.fields]
    return Tup(tuple(ObjRef(machine.world.new(site, field)) for field in named))


VERBS: dict[str, Verb] = {
    "fields_of": _fields_of,
    "namedtuple": _namedtuple,
    "new_tuple": _new_tuple,
    "changed_copy": _changed_copy,
    "as_dict": as_dict,
    "globals": _globals,
}
