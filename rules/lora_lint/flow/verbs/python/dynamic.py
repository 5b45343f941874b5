"""Code in a text, and variables by their names: `exec("model.save_pretrained('out')")`, `locals()["model"]`."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from lora_lint.flow.calls.foreign import hand_over
from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.containers import NAMESPACES, UNROLL, items_of, new_dict
from lora_lint.flow.objects.items import looked_up
from lora_lint.flow.objects.lineage import lineage
from lora_lint.flow.objects.placing import VIEWS
from lora_lint.flow.objects.strings import atoms_of
from lora_lint.flow.values import Cls, Const, DictRec, Func, Gate, InstRec, ModelRef, ModuleRef, ObjRef, Sym, Value
from lora_lint.flow.verbs.python.recording import as_dict
from lora_lint.flow.worlds.choices import among
from lora_lint.lifecycle.records import Oid

WORD = re.compile(r"[^\W\d]\w*")
PUBLIC = "__all__"


def _locals(call: LibCall) -> Value:
    """`locals()`, `vars()`: the variables of the function that asks, or of its module."""
    machine = call.machine
    frame: Oid | None = machine.frame
    while frame in machine.comprehensions:  # what it goes through is asked for outside
        frame = machine.parents.get(frame)
    if frame is None or frame == machine.module.frame:
        return ModuleRef(machine.module)
    variables = machine.world.frames.get(frame, {})
    known = [(Const(name), value) for name, value in variables.items() if isinstance(name, str)]
    return new_dict(machine, call.node, list(known))


def named(machine: Machine, module: ModuleRef, name: Sym) -> Value | None:
    """`getattr(trainers, args.trainer)`: any of the classes and functions that a module of the project shows, by what
    the name is."""
    frame = machine.world.frames.get(module.module.frame, {})
    listed = items_of(machine, frame[PUBLIC], machine.module.tree) if PUBLIC in frame else None
    shown = {item.value for item in listed if isinstance(item, Const)} if listed is not None else None
    items = [
        (Const(name), value)
        for name, value in frame.items()
        if isinstance(value, (Cls, Func)) and (name in shown if shown is not None else not name.startswith("_"))
    ]
    return looked_up(machine, DictRec(tuple(items)), name)


def method_named(
    machine: Machine, subject: ObjRef, name: Value, default: Value | None, node: cst.CSTNode
) -> Value | None:
    """`getattr(self, f"save_{args.kind}")`: any of the methods that are called so, by what the rest of the name is. Of
    one of many anything may be done with what the object holds."""
    record = machine.world.heap.get(subject.oid)
    if not isinstance(record, InstRec) or record.cls is None:
        return None
    atoms = atoms_of(machine.world, name) or ()
    holes = [atom for atom in atoms if not isinstance(atom, str)]
    before = atoms[0] if atoms and isinstance(atoms[0], str) else ""
    after = atoms[-1] if len(atoms) > 1 and isinstance(atoms[-1], str) else ""
    frames = [machine.world.frames.get(cls.frame, {}) for cls in lineage(record.cls)]
    methods = dict.fromkeys(str(word) for frame in frames for word, value in frame.items() if _is_method(word, value))
    called = [word for word in methods if len(word) > len(before + after) and word.startswith(before)]
    called = [word for word in called if word.endswith(after)]
    if len(holes) != 1 or not isinstance(holes[0], tuple) or not 0 < len(called) <= UNROLL:
        hand_over(machine, [subject], node)
        return None
    found = default if default is not None else machine.get(subject, called.pop(), node)
    for word in reversed(called):
        rest = Const(word[len(before) : len(word) - len(after)])
        found = Gate(among(holes[0], [rest]), machine.get(subject, word, node), found)
    return found


def _is_method(name: object, value: Value) -> bool:
    return isinstance(value, Func) and "property" not in value.kind and not str(name).startswith("__")


def _vars(call: LibCall) -> Value:
    """`vars(settings)`, `vars(model)`: what an object has by name."""
    of = call.args.get("obj", 0)
    if of is None:
        return _locals(call)
    if isinstance(of, ModelRef):
        return Sym(("attribute", of.oid, NAMESPACES[0]))
    made = as_dict(call)
    if isinstance(made, ObjRef) and isinstance(of, ObjRef):
        call.machine.world.frame(VIEWS)[made.oid] = of
    return made


def _run_text(call: LibCall) -> Value:
    """`exec(text)`, `eval(text)`: what a text names is in the hands of code that is not seen. Of a text that is not
    known, `exec` may do something to all that there is; `eval` is asked for a value."""
    atoms = atoms_of(call.machine.world, call.arg("source")) or (("unknown",),)
    known = all(isinstance(atom, str) for atom in atoms)
    words = {word for atom in atoms if isinstance(atom, str) for word in WORD.findall(atom)}
    everything = not known and call.option("acts", False)
    hand_over(call.machine, [value for name, value in _variables(call) if everything or name in words], call.node)
    return call.unknown()


def _variables(call: LibCall) -> Iterator[tuple[object, Value]]:
    """All that can be seen from where the call stands, by name."""
    frame: Oid | None = call.machine.frame
    while frame is not None:
        yield from list(call.machine.world.frames.get(frame, {}).items())
        frame = call.machine.parents.get(frame)


VERBS: dict[str, Verb] = {"locals": _locals, "vars": _vars, "run_text": _run_text}
