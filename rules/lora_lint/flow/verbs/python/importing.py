"""Modules imported by a call."""

from __future__ import annotations

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.statements.imports import load, run_module
from lora_lint.flow.values import Lib, ModuleRef, Value
from lora_lint.flow.worlds.paths import Outcome


def _import_module(call: LibCall) -> Value:
    """`importlib.import_module("package.module")`, `__import__("package")`: a module of the project is run here."""
    machine = call.machine
    name = call.plain("name")
    if not isinstance(name, str) or not name.strip("."):
        return call.unknown()
    level = len(name) - len(name.lstrip("."))
    if level:
        inner = machine.loader(name.lstrip("."), level, machine.module)
        if inner is None:
            return call.unknown()
        return machine.choose(
            lambda: [Outcome(ModuleRef(inner), w) for w in run_module(machine, inner, [machine.world])]
        )

    def imported() -> list[Outcome]:
        worlds, chain = load(machine, name, [machine.world])
        found = chain[0] if call.option("top") else chain[-1]
        return [Outcome(ModuleRef(found) if found is not None else Lib(name), world) for world in worlds]

    return machine.choose(imported)


VERBS: dict[str, Verb] = {"import_module": _import_module}
