"""What many functions have in common: verbs that give something plain, or one of their arguments."""

from __future__ import annotations

from lora_lint.flow.calls.foreign import hand_over
from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.objects.handed_out import hand_out
from lora_lint.flow.objects.instances import as_text
from lora_lint.flow.objects.measured import sign_of
from lora_lint.flow.objects.provenance import gradients_of
from lora_lint.flow.objects.strings import atoms_of, text
from lora_lint.flow.values import (
    FALSE,
    TRUE,
    Bound,
    Cls,
    Const,
    Func,
    InstRec,
    Lib,
    Method,
    ObjRef,
    Partial,
    Super,
    Sym,
    Value,
    const,
)
from lora_lint.flow.worlds.exits import Raised
from lora_lint.flow.worlds.once import ONCE, dated, is_once
from lora_lint.knowledge.spoken_keys import OF_KEYS, Key
from lora_lint.lifecycle.records import Oid


def _unknown(call: LibCall) -> Value:
    sign = sign_of(call.machine, call.name, call.args.pos)
    return call.unknown(*sign, models=gradients_of(call.machine, call.args.values()))


def made(call: LibCall) -> Value:
    """An object of which nothing is known but that it is there, and by which name it is loaded: a tokenizer."""
    new = Sym(("made", call.machine.site(call.node)))
    names = [value for value in call.args.pos[:1] if isinstance(value, Const)]
    call.machine.made_of.setdefault(new.term, set()).update(names)
    return new


def _plain(call: LibCall) -> Value:
    return const(call.option("value"))


def _identity(call: LibCall) -> Value:
    return call.args.pos[0] if call.args.pos else Partial(Lib(call.name), (), ())


def _second(call: LibCall) -> Value:
    return call.args.pos[1] if len(call.args.pos) > 1 else call.unknown()


def _first(call: LibCall) -> Value:
    return call.arg(call.row.params[0]) or call.unknown()


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


def _str(call: LibCall) -> Value:
    value = call.arg("object")
    if isinstance(value, ObjRef):
        value = call.machine.settle(as_text(call.machine, value, call.node), call.node)
    atoms = atoms_of(call.machine.world, value)
    if isinstance(value, Const):
        return value if isinstance(value.value, str) else Const(str(value.value))
    if atoms is None:
        return _shown(call)
    return Sym(atoms[0], kind="builtins.str") if isinstance(value, Sym) and isinstance(atoms[0], tuple) else text(atoms)


def _shown(call: LibCall) -> Sym:
    """The text of something that is no text, the same for the same."""
    return call.unknown(*call.args.pos[:1], kind="builtins.str")


def _number(call: LibCall) -> Value:
    value = call.arg("object")
    if isinstance(value, Const) and isinstance(value.value, (str, int, float)):
        kind = int if call.name.endswith("int") else float
        try:
            found = value.value.number(kind) if isinstance(value.value, Key) else kind(value.value)
            return const(found) if found is not None else call.unknown(OF_KEYS)
        except (ValueError, OverflowError):
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


def _fields(call: LibCall) -> Value:
    """`dataclasses.field(default=...)`."""
    site = call.machine.site(call.node)
    fields = dict(call.args.kw)
    if call.args.pos:
        fields["default"] = call.args.pos[0]
    return ObjRef(call.machine.world.new(site, InstRec(None, call.name, fields, site)))


def _make(call: LibCall) -> Value:
    """An instance of a library class, which keeps its arguments as fields under the names of the row."""
    site = call.machine.site(call.node)
    fields = dict(zip(call.row.params, call.args.pos, strict=False)) | call.args.kw
    if call.args.open:
        fields.setdefault("**", TRUE)
    return ObjRef(call.machine.world.new(site, InstRec(None, call.name, fields, site)))


def _fresh(call: LibCall) -> Value:
    """`uuid4()`, `time.time()`, `mkdtemp()`: another value each time it is asked for."""
    hand_out(call.machine, call.args.values())
    return another(call)


def another(call: LibCall) -> Sym:
    """A value that is another one each time that this line asks for it; no other run has it either, where it comes
    `once`."""
    world = call.machine.world
    site = call.machine.site(call.node)
    before = world.frame(TIMES).get(site, Const(0))
    count = before.value + 1 if isinstance(before, Const) else None
    if count is not None:
        world.frame(TIMES)[site] = Const(count)
    return Sym((ONCE if call.option("once") else "fresh", site, count), kind=call.option("kind", ""))


def _dated(call: LibCall) -> Value:
    """`time.strftime("%Y%m%d-%H%M%S")`: another value each time, where the form tells it."""
    now, form, given = another(call), call.plain("format"), call.arg("t")
    present = given is None or (isinstance(given, Sym) and is_once(given.term))
    return Sym(dated((ONCE, *now.term[1:]), form)) if present and isinstance(form, str) else now


TIMES: Oid = ("times", 0)  # the frame that counts how often such a call was made, by its place


def _handed(call: LibCall) -> Value:
    hand_over(call.machine, call.args.values(), call.node)
    return call.unknown()


def _gives_itself(call: LibCall) -> Value:
    """Code that is not seen does something with all that an object holds."""
    hand_over(call.machine, [call.receiver] if call.receiver is not None else [], call.node)
    return call.unknown()


VERBS: dict[str, Verb] = {
    "unknown": _unknown,
    "made": made,
    "quiet": _unknown,
    "plain": _plain,
    "identity": _identity,
    "first": _first,
    "second": _second,
    "self": _self,
    "exit": _exit,
    "super": _super,
    "str": _str,
    "shown": _shown,
    "number": _number,
    "bool": _bool,
    "callable": _callable,
    "fields": _fields,
    "make": _make,
    "reader": _unknown,
    "fresh": _fresh,
    "dated": _dated,
    "handed": _handed,
    "gives_itself": _gives_itself,
}
