"""`functools.singledispatch`: a function that is one of several, by the class of what it is given first."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.calls.foreign import hand_over
from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.values import Bound, Cls, Func, InstRec, Lib, ObjRef, Partial, Tup, Value
from lora_lint.flow.verbs.python.guards import is_one

DEFAULT = "[default]"  # the field that holds the function for all other classes
FOR = "[for {}]"  # those that hold a class and its function


def _dispatcher(call: LibCall) -> Value:
    """`@singledispatch` above the function for everything else."""
    func, site = call.arg("func"), call.machine.site(call.node)
    if func is None:
        return call.unknown()
    record = InstRec(None, call.name, {DEFAULT: func}, site)
    return ObjRef(call.machine.world.new(site, record))


def _register(call: LibCall) -> Value:
    """`@f.register` above a function whose parameter says the class, `@f.register(cls)`, `f.register(cls, func)`."""
    found, given = call.instance(), call.args.pos
    if found is None or not given:
        return call.unknown()
    ref, record = found
    func, cls = given[-1], given[0] if len(given) > 1 else None
    if isinstance(func, (Cls, Lib)) and cls is None:
        return Partial(Bound(ref, "register"), (func,), ())
    cls = cls if cls is not None else _annotated(call, func)
    entry = Tup((cls if cls is not None else call.unknown("class"), func))
    fields = {**record.fields, FOR.format(len(record.fields)): entry}
    call.machine.world.put(ref.oid, InstRec(record.cls, record.lib, fields, record.site))
    return func


def _annotated(call: LibCall, func: Value) -> Value | None:
    """The class that a function's first parameter is annotated with."""
    params = func.node.params.params if isinstance(func, Func) else ()
    said = params[0].annotation if params else None
    value = call.machine.evaluate(said.annotation) if isinstance(said, cst.Annotation) else None
    return value if isinstance(value, (Cls, Lib)) else None


def _dispatch(call: LibCall) -> Value:
    """The one whose class fits. Which is meant of several that do, or where it is not known, nobody says."""
    found, given = call.instance(), call.args.pos
    entries = (
        [v.items for name, v in found[1].fields.items() if name != DEFAULT and isinstance(v, Tup)] if found else []
    )
    answers = [is_one(call, call.machine.settle(given[0], call.node), cls) for cls, _ in entries] if given else [None]
    fitting = [func for (_, func), answer in zip(entries, answers, strict=False) if answer]
    if found is None or None in answers or len(fitting) > 1:
        hand_over(call.machine, call.args.values(), call.node)
        return call.unknown()
    return call.machine.call(fitting[0] if fitting else found[1].fields[DEFAULT], call.args, call.node)


VERBS: dict[str, Verb] = {"dispatcher": _dispatcher, "register_for": _register, "dispatch": _dispatch}
