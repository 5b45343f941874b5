"""Import statements: modules of the project are run, libraries become names."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.machine import Compound, Machine
from lora_lint.flow.modules import Module
from lora_lint.flow.objects.containers import known_items
from lora_lint.flow.releases import release_of
from lora_lint.flow.scope import Args
from lora_lint.flow.values import Const, Func, InstRec, Lib, ModuleRef, ObjRef, Tup, Value
from lora_lint.flow.worlds.exits import Raised
from lora_lint.flow.worlds.world import World
from lora_lint.knowledge.names import VERSION
from lora_lint.lifecycle.events.script import Requires


def dotted(node: cst.BaseExpression | None) -> str:
    """The dotted name that a chain of attributes spells."""
    if type(node) is cst.Name:
        return node.value
    if type(node) is cst.Attribute:
        return f"{dotted(node.value)}.{node.attr.value}"
    return ""


def import_(machine: Machine, node: cst.Import, worlds: list[World]) -> list[World]:
    for alias in node.names:
        name = dotted(alias.name)
        bound = alias.asname.name.value if alias.asname and isinstance(alias.asname.name, cst.Name) else None
        worlds, chain = load(machine, name, worlds)
        top, last = chain[0], chain[-1]
        for world in worlds:
            value: Value
            if bound:
                value = ModuleRef(last) if last is not None else Lib(name)
            elif top is not None:
                value = ModuleRef(top)
            elif last is not None:
                value = _namespace(machine, world, node, name, last)
            else:
                value = Lib(name.partition(".")[0])
            target = bound or name.partition(".")[0]
            world.bind(_home(machine, target), target, value)
    return worlds


def load(machine: Machine, name: str, worlds: list[World]) -> tuple[list[World], list[Module | None]]:
    """Imports a dotted name as Python does: each package on the way is run before what is in it.

    Gives the modules by depth; None for a folder without `__init__.py`, and for what is not of the project.
    """
    parts = name.split(".")
    chain = [machine.loader(".".join(parts[: i + 1]), 0, machine.module) for i in range(len(parts))]
    for module in chain:
        if module is not None:
            worlds = run_module(machine, module, worlds)
    return worlds, chain


def _namespace(machine: Machine, world: World, node: cst.CSTNode, name: str, module: Module) -> Value:
    """A folder without `__init__.py`, as the object that `import folder.module` binds."""
    first, *inner = name.split(".")
    known = world.frames.get(machine.frame, {}).get(first)
    record = world.heap.get(known.oid) if isinstance(known, ObjRef) else None
    fields = dict(record.fields) if isinstance(record, InstRec) and record.lib == NAMESPACE else {}
    value: Value = ModuleRef(module)
    for part in reversed(inner[1:]):
        value = ObjRef(world.new(machine.site(node), InstRec(None, NAMESPACE, {part: value})))
    return ObjRef(world.new(machine.site(node), InstRec(None, NAMESPACE, {**fields, inner[0]: value})))


NAMESPACE = "namespace package"


def import_from(machine: Machine, node: cst.ImportFrom, worlds: list[World]) -> list[World]:
    level = len(node.relative)
    base = dotted(node.module)
    if level:
        module = machine.loader(base, level, machine.module)
        worlds = run_module(machine, module, worlds) if module is not None else worlds
    else:
        worlds, chain = load(machine, base, worlds)
        module = chain[-1]
    if isinstance(node.names, cst.ImportStar):
        return [_import_all(machine, module, base, world) for world in worlds]
    for alias in node.names:
        name = dotted(alias.name)
        bound = alias.asname.name.value if alias.asname and isinstance(alias.asname.name, cst.Name) else name
        inner = None
        if module is not None:
            worlds = _made_on_demand(machine, module, name, worlds, node)
        if module is None or all(name not in world.frames.get(module.frame, {}) for world in worlds):
            inner = machine.loader(f"{base}.{name}" if base else name, level, machine.module)
            if inner is not None:
                worlds = run_module(machine, inner, worlds)
        need = machine.knowledge.needed_by_import(f"{base}.{name}") if module is None and not level else None
        for world in worlds:
            if need is not None and not machine.catches(need.error):
                machine.world = world
                machine.emit(node, None, Requires(*need))
            dots = level if module is None else max(level, 1)  # the project's own: no table has a name for it
            value: Value = release_of(base) if name == VERSION else Lib(f"{'.' * dots}{base}.{name}")
            if inner is not None:
                value = ModuleRef(inner)
            elif module is not None:
                value = world.frames.get(module.frame, {}).get(name) or machine.starred(module.frame, name) or value
            world.bind(_home(machine, bound), bound, value)
    return worlds


def _made_on_demand(
    machine: Machine, module: Module, name: str, worlds: list[World], node: cst.ImportFrom
) -> list[World]:
    """`from package import name`, where the package has a `__getattr__` that gives it: that is asked before a module
    of this name is looked for."""
    found: list[World] = []
    for world in worlds:
        variables = world.frames.get(module.frame, {})
        lazy = variables.get("__getattr__")
        if name in variables or not isinstance(lazy, Func):
            found.append(world)
            continue

        def ask(lazy: Func = lazy) -> Value | None:
            try:
                return machine.call(lazy, Args([Const(name)]), node)
            except Raised:
                return None

        for value, after in machine.explore(world, ask):
            if value is not None and name not in after.frames.get(module.frame, {}):
                after.bind(module.frame, name, value)
            found.append(after)
    return found


def _home(machine: Machine, name: str) -> tuple[object, int]:
    return machine.redirects.get((machine.frame, name), machine.frame)


def _import_all(machine: Machine, module: Module | None, base: str, world: World) -> World:
    if module is None:
        machine.stars.setdefault(machine.frame, []).append(base)
        return world
    machine.stars.setdefault(machine.frame, []).extend(machine.stars.get(module.frame, ()))
    variables = world.frames.get(module.frame, {})
    listed = variables.get("__all__")
    names = [name for name in variables if not name.startswith("_")]
    if isinstance(listed, (ObjRef, Tup)):
        machine.world = world
        names = [item.value for item in known_items(machine, listed) if isinstance(item, Const)]
    for name in names:
        if name in variables:
            world.bind(machine.frame, name, variables[name])
    return world


def run_module(machine: Machine, module: Module, worlds: list[World]) -> list[World]:
    """Runs a module's top level where it is imported first; a module that is being imported is taken as it is."""
    new = [world for world in worlds if module.frame not in world.frames]
    if not new:
        return worlds
    if module not in machine.modules:
        machine.follow(module)
    scope = machine.scope()
    machine.module, machine.frame = module, module.frame
    machine.parents[module.frame] = None
    for world in new:
        world.frame(module.frame)
    try:
        done = machine.block(module.tree.body, new)
    finally:
        machine.enter_scope(scope)
    return [world for world in worlds if world not in new] + done


IMPORTS: Compound = {cst.Import: import_, cst.ImportFrom: import_from}
