"""`try` statements: what handlers catch, in plain sight or not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

import libcst as cst

from lora_lint.flow.machine import Machine
from lora_lint.flow.statements.imports import dotted
from lora_lint.flow.values import Cls, Lib, Sym, Tup, Value
from lora_lint.flow.worlds.exits import ERROR, RAISED, Raised, matches
from lora_lint.flow.worlds.terms import learn
from lora_lint.flow.worlds.world import World


def try_(machine: Machine, node: cst.Try | cst.TryStar, worlds: list[World]) -> list[World]:
    last = node.finalbody
    if last is None:
        return _guarded(machine, node, worlds)
    return machine.exits.through(lambda: _guarded(machine, node, worlds), lambda ended: machine.block(last.body, ended))


def _guarded(machine: Machine, node: cst.Try | cst.TryStar, worlds: list[World]) -> list[World]:
    """The body may end anywhere: handlers start from where it began and from wherever it changed a model.

    Such a path is weak: nobody raised in plain sight. It counts as having saved what the body saves, since a body
    that saves and a handler that reports is no path on which the adapter is lost.
    """
    handled = [_classes(machine, handler, worlds) for handler in node.handlers]
    ended, raised, implicit = _attempted(machine, handled, body_steps(machine, node.body), worlds)
    if any(_lacks_package(names, node.body) for names in handled):
        installed = ("installed", machine.site(node))
        bound = _bound_to_releases(machine, node.body)
        if bound:
            machine.made_of[installed] = set(bound)
        for world in ended:
            learn(world, installed, True, None)
    if node.orelse is not None:
        ended = machine.block(node.orelse.body, ended)
    caught = _handle(machine, node, handled, raised, implicit, len(worlds), ended)
    return machine.fold(ended + caught, node)


Raises = list[tuple[Raised, World]]
Step = Callable[[list[World]], list[World]]


def body_steps(machine: Machine, body: cst.BaseSuite) -> list[Step]:
    return [partial(machine.block, [statement]) for statement in body.body]


def _attempted(
    machine: Machine, handled: list[tuple[str, ...]], steps: Iterable[Step], worlds: list[World]
) -> tuple[list[World], Raises, list[World]]:
    """Runs what is guarded: how it ended, what was raised in it, and from where else an exception may have come."""
    exits = machine.exits
    outer = exits.raises
    exits.raises = []
    machine.guards.append(tuple(name for names in handled for name in names))
    implicit: list[World] = [world.copy() for world in worlds]
    current = worlds
    for step in steps:
        if not current:
            break
        before = {id(world.life): world.life.version for world in current}
        current = step(current)
        if any(world.life.version not in before.values() for world in current):
            implicit += [world.copy() for world in current]
    machine.guards.pop()
    raised = exits.raises
    exits.raises = outer
    return list(current), raised, implicit


def suppressed(
    machine: Machine, node: cst.With, caught: Sequence[Value], steps: Iterable[Step], worlds: list[World]
) -> list[World]:
    """`with suppress(AttributeError):` is a `try` whose handler does nothing."""
    names = _names(caught)
    ended, raised, implicit = _attempted(machine, [names], steps, worlds)
    done = list(ended)
    for error, world in raised:
        matched = matches(error.kind, names)
        if matched is not False:
            done.append(world)
        if matched is not True:
            machine.exits.raises.append((error, world))
    if not all(name in QUIET for name in names):
        done += [_weaken(world, ended) for world in implicit]
    return machine.fold(done, node)


def _classes(
    machine: Machine, handler: cst.ExceptHandler | cst.ExceptStarHandler, worlds: list[World]
) -> tuple[str, ...]:
    """The qualified names of the exception classes that a handler catches."""
    caught = handler.type
    if caught is None:
        return ("builtins.BaseException",)
    if not worlds:
        return ()
    machine.world = worlds[0].copy()
    found = machine.explore(machine.world, lambda: machine.evaluate(caught))
    if not found:
        return ()
    value, _ = found[0]
    return _names([value])


def _names(caught: Sequence[Value]) -> tuple[str, ...]:
    """The qualified names of exception classes, or of tuples of them."""
    names: list[str] = []
    for item in (one for value in caught for one in (value.items if isinstance(value, Tup) else (value,))):
        if isinstance(item, Lib):
            names.append(item.name)
        elif isinstance(item, Cls):
            names.append(f"{item.module.name}.{item.node.name.value}")
        else:
            names.append("?")
    return tuple(names)


def _handle(
    machine: Machine,
    node: cst.Try | cst.TryStar,
    handled: list[tuple[str, ...]],
    raised: list[tuple[Raised, World]],
    implicit: list[World],
    started: int,
    ended: list[World],
) -> list[World]:
    """Runs the handlers on what they catch. The first `started` of the implicit worlds are those before the body."""
    done: list[World] = []
    rest = raised
    handlers: Sequence[cst.ExceptHandler | cst.ExceptStarHandler] = node.handlers
    for handler, names in zip(handlers, handled, strict=True):
        entering: list[World] = []
        given: list[World] = []
        left: list[tuple[Raised, World]] = []
        for error, world in rest:
            caught = matches(error.kind, names)
            if caught is not False:
                checked = error.kind == ASSERTION and ASSERTION not in names  # it is meant to hold: no path on purpose
                into = given if ERROR in world.frames.get(RAISED, ()) else entering
                into.append(_weaken(world, ended) if checked else world)
            if caught is not True:
                left.append((error, world))
        rest = left
        if _lacks_package(names, node.body):
            asked = frozenset(lib.name.partition(".")[0] for lib in _bound_to_releases(machine, node.body))
            if asked:  # what the handler does is for other releases
                machine.release_tests[machine.site(node)] = asked
            entering += [_without_import(machine, node, world) for world in implicit[:started]]
        elif not all(name in QUIET for name in names):
            entering += [_weaken(world, ended) for world in implicit]
        entered = [world for group in (given, entering) if group for world in machine.fold(group, handler)]
        if entered:
            done += _run_handler(machine, handler, entered)
    machine.exits.raises += rest
    return done


ASSERTION = "builtins.AssertionError"
IMPORT_ERRORS = frozenset({"builtins.ImportError", "builtins.ModuleNotFoundError"})
# exceptions that only come where they are raised in plain sight
QUIET = IMPORT_ERRORS | {"builtins.SystemExit", "builtins.KeyboardInterrupt", "builtins.GeneratorExit"}


BROAD = frozenset({"builtins.Exception", "builtins.BaseException"})


def _lacks_package(names: tuple[str, ...], body: cst.BaseSuite) -> bool:
    """Is what a handler is for that a package is not installed? Also where it catches more, and nothing else is done
    in the body."""
    if not _imports(body):
        return False
    return not IMPORT_ERRORS.isdisjoint(names) or (not BROAD.isdisjoint(names) and _only_imports(body))


def _only_imports(body: cst.BaseSuite) -> bool:
    """Does a block import, and note down that it has, at most?"""
    noted = (cst.Import, cst.ImportFrom, cst.Assign, cst.Expr)
    lines = [line for line in body.body if isinstance(line, cst.SimpleStatementLine)]
    small = [part for line in lines for part in line.body]
    plain = all(not isinstance(s, (cst.Assign, cst.Expr)) or not _calls(s) for s in small)
    return len(lines) == len(body.body) and all(isinstance(s, noted) for s in small) and plain


def _calls(statement: cst.Assign | cst.Expr) -> bool:
    return isinstance(statement.value, (cst.Call, cst.Await, cst.Attribute, cst.Subscript))


def _imports(body: cst.BaseSuite) -> bool:
    """Does a block import anything?"""
    lines = [line for line in body.body if isinstance(line, cst.SimpleStatementLine)]
    return any(isinstance(small, (cst.Import, cst.ImportFrom)) for line in lines for small in line.body)


def _bound_to_releases(machine: Machine, body: cst.BaseSuite) -> list[Lib]:
    """What a block imports that only some releases of its library have."""
    lines = [line for line in body.body if isinstance(line, cst.SimpleStatementLine)]
    imports = [small for line in lines for small in line.body if isinstance(small, cst.ImportFrom)]
    names = [
        f"{dotted(small.module)}.{dotted(alias.name)}"
        for small in imports
        if not small.relative and not isinstance(small.names, cst.ImportStar)
        for alias in small.names
    ]
    return [Lib(name) for name in names if machine.knowledge.needed_by_import(name) is not None]


def _without_import(machine: Machine, node: cst.Try | cst.TryStar, world: World) -> World:
    """The path on which a package is not installed."""
    other = world.copy()
    learn(other, ("installed", machine.site(node)), False, machine.site(node))
    return other


def _weaken(world: World, ended: list[World]) -> World:
    """A path that an exception took that nobody raised in plain sight."""
    weak = world.copy()
    weak.weak = True
    for other in ended:
        if other.life.contents is world.life.contents:
            continue
        for token, content in other.life.contents.items():
            mine = weak.life.contents.get(token)
            if mine is content or mine is None:
                continue
            if content.keeping.value > mine.keeping.value:
                for kept in content.kept:
                    weak.life.keep(token, kept.how, kept.place, kept.site)
    return weak


def _run_handler(
    machine: Machine, handler: cst.ExceptHandler | cst.ExceptStarHandler, worlds: list[World]
) -> list[World]:
    name = handler.name.name if handler.name is not None else None
    given = [world.frames.get(RAISED, {}).get(ERROR) for world in worlds]
    for world in worlds:
        world.drop_frame(RAISED)
    if isinstance(name, cst.Name):
        unknown = Sym(("error", machine.site(handler)))
        binds = [partial(machine.assign, name, error or unknown) for error in given]
        worlds = [after for world, bind in zip(worlds, binds, strict=True) for _, after in machine.explore(world, bind)]
    return machine.block(handler.body, worlds)
