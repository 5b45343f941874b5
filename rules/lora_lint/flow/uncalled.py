"""Functions and classes that nobody calls: run by themselves at the end, where they can lead to a finding.

They are those of the entry script, and those of the project's other modules that were given to code that is not seen:
`cli.add_command(train)`, `fire.Fire({"train": train})`, `mp.spawn(train)`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import libcst as cst

from lora_lint.flow.machine import Machine
from lora_lint.flow.modules import Module, no_loader
from lora_lint.flow.objects import provenance
from lora_lint.flow.quiet import Quiet
from lora_lint.flow.scope import Args
from lora_lint.flow.values import Cls, Const, DictRec, Func, ListRec, Method, ModelRef, ObjRef, Tup, Value
from lora_lint.flow.worlds.exits import Exits
from lora_lint.flow.worlds.world import World
from lora_lint.lifecycle.records import Oid

if TYPE_CHECKING:
    from lora_lint.source.reach import Reach

# what ends a script as it is meant to end: a loop that only the user ends, too
MEANT = frozenset({"builtins.SystemExit", "builtins.KeyboardInterrupt"})
RETURNED: Oid = ("returned", 0)  # the frame with what the methods of a class that nobody instantiates have returned
DEEP = 6  # how deep what is returned may hold a model: results, by method, with what was made of each


def uncalled(machine: Machine, module: Module, worlds: list[World], everything: bool, quiet: Quiet) -> None:
    """What nobody called is run by itself, with unknown arguments and without the script's models. Functions
    that others lead to come behind them: they may call these."""
    if not worlds:
        return
    functions = [
        (name, value)
        for name, value in worlds[0].frames.get(module.frame, {}).items()
        if type(value) is Func and value.module is module and value.node not in machine.called
    ]
    classes = [cls for cls in machine.classes if cls.module is module and cls.node not in machine.called]
    for given in machine.given.values():
        if given.module is not module and given.node not in machine.called:
            if isinstance(given, Cls):
                classes.append(given)
            elif isinstance(given.node, cst.FunctionDef):
                functions.append((given.node.name.value, given))
    if not functions and not classes:
        return
    worth = {*(name for name, _ in functions), *(cls.node.name.value for cls in classes)}
    reach = _reach(machine)
    if not everything and reach.known:
        worth = _worth(machine, worth, reach)
    leads = {name: reach.of(name) or set() for name in worth}
    inside = {name for name in worth if any(name in leads[each] and each not in leads[name] for each in worth)}
    functions.sort(key=lambda named: named[0] in inside)
    clean = _without_models(worlds[0], {module.frame, *(func.module.frame for _, func in functions)})
    for name, func in functions:
        if name in worth and func.node not in machine.called:
            with quiet.asked(machine, func) as to_run:
                if to_run:
                    _run_alone(machine, func, clean.copy())
    for cls in classes:
        if cls.node.name.value in worth and cls.node not in machine.called:
            with quiet.asked(machine, cls) as to_run:
                if to_run:
                    _run_class(machine, cls, clean.copy())


def _reach(machine: Machine) -> Reach:
    from lora_lint.source.reach import Reach  # only scripts with code that nobody calls pay for it

    trees = {module.text: module.parsed.python for module in machine.modules if module.parsed.python is not None}
    return Reach((module.text for module in machine.modules), trees)


def _worth(machine: Machine, names: set[str], reach: Reach) -> set[str]:
    """Those of these definitions that can lead to a finding, or that share code with what can.

    They reach a name without which there is none, or import a module of the project, which is not read for this; or
    they come to a call that rules read about, in a function that what is followed comes to as well.
    """
    from lora_lint.knowledge.telling import acts, tells

    libraries = reach.libraries()
    alone = machine.loader is no_loader

    def telling(name: str) -> bool:
        words = reach.of(name)
        if words is None or tells(words, libraries):
            return True
        imported = {word.partition(".")[0] for word in words if "." in word}
        return not alone and not all(map(machine.knowledge.is_library, imported))

    found = {name for name in names if telling(name)}
    called = {node.name.value for node in machine.called if isinstance(node, (cst.FunctionDef, cst.ClassDef))}
    followed = found | called
    followed |= set().union(*(reach.of(name) or () for name in followed))
    shared = {name for name in followed if not reach.own(name).isdisjoint(acts())}
    return {name for name in names if name in found or not (reach.of(name) or set()).isdisjoint(shared)}


def _without_models(world: World, frames: set[Oid]) -> World:
    """A world as the modules leave it, in which no variable of theirs leads to a model: of objects they keep data."""
    clean = world.copy()
    for oid in frames:
        frame = clean.frame(oid)
        for name, value in list(frame.items()):
            if isinstance(value, ModelRef) or (isinstance(value, ObjRef) and not _is_data(clean, value)):
                del frame[name]
    clean.log = None
    clean.replace_assumed({})
    clean.crashed = clean.weak = False
    return clean


def _is_data(world: World, value: Value, deep: int = 4) -> bool:
    """Is it what the module has written down, lists and dicts of texts and numbers? What is empty is filled by somebody
    else."""
    if isinstance(value, Tup):
        return deep > 0 and all(_is_data(world, item, deep - 1) for item in value.items)
    if not isinstance(value, ObjRef):
        return isinstance(value, Const)
    record = world.heap.get(value.oid)
    if deep == 0 or not isinstance(record, (ListRec, DictRec)) or record.open or not record.items:
        return False
    inside = record.items if isinstance(record, ListRec) else [each for pair in record.items for each in pair]
    return all(_is_data(world, item, deep - 1) for item in inside)


def _run_alone(machine: Machine, func: Func, world: World) -> None:
    machine.exits = exits = Exits()
    machine.stack, machine.guards = [], []
    machine.module, machine.frame = func.module, func.module.frame
    done = machine.explore(world, lambda: machine.call(func, Args(open=True), func.node))
    for value, after in done:
        machine.world = after
        for oid in provenance.models_in(machine, [value], DEEP):
            after.life.expose(oid, machine.site(func.node, func.module))
    machine.finish([after for _, after in done], "end")
    finish_raises(machine, exits)


def _run_class(machine: Machine, cls: Cls, world: World) -> None:
    """A class that nobody instantiates: its constructor, then its methods in the order written."""
    machine.exits = exits = Exits()
    machine.stack, machine.guards = [], []
    machine.module, machine.frame = cls.module, cls.module.frame
    made = machine.explore(world, lambda: machine.call(cls, Args(open=True), cls.node))
    for self, start in made:
        worlds = [start]
        for name, member in list(start.frames.get(cls.frame, {}).items()):
            if (
                isinstance(member, Func)
                and name != "__init__"
                and not member.kind.endswith("property")
                and member.node not in machine.called
            ):
                bound = member if member.kind == "static" else Method(member, cls if member.kind == "class" else self)
                call = partial(machine.call, bound, Args(open=True), cls.node)
                after = []
                for world in worlds:
                    for value, w in machine.explore(world, call):
                        machine.world = w
                        if provenance.models_in(machine, [value], DEEP):
                            w.bind(RETURNED, name, value)
                        after.append(w)
                worlds = machine.fold(after, cls.node) or worlds
        for world in worlds:  # the instance is somebody else's, as is what its methods return: who has it may save it
            machine.world = world
            handed = [*provenance.models_in(machine, [self])]
            handed += provenance.models_in(machine, world.frames.get(RETURNED, {}).values(), DEEP)
            for oid in dict.fromkeys(handed):
                world.life.expose(oid, machine.site(cls.node, cls.module))
        machine.finish(worlds, "end")
    finish_raises(machine, exits)


def finish_raises(machine: Machine, exits: Exits) -> None:
    """The paths that an exception ends."""
    for error, world in exits.raises:
        machine.finish([world], "exit" if error.kind in MEANT else "raise")
