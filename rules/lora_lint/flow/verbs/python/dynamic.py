"""Code in a text, and variables by their names: `exec("model.save_pretrained('out')")`, `locals()["model"]`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lora_lint.flow.calls.foreign import hand_over
from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.containers import NAMESPACES, items_of, new_dict
from lora_lint.flow.objects.items import looked_up
from lora_lint.flow.objects.strings import atoms_of
from lora_lint.flow.values import Cls, Const, DictRec, Func, ModelRef, ModuleRef, Sym, Value
from lora_lint.flow.verbs.python.recording import as_dict
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


def _vars(call: LibCall) -> Value:
    """`vars(settings)`, `vars(model)`: what an object has by name."""
    of = call.args.get("obj", 0)
    if of is None:
        return _locals(call)
    return Sym(("attribute", of.oid, NAMESPACES[0])) if isinstance(of, ModelRef) else as_dict(call)


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
