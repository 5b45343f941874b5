"""Branches, try statements, with blocks and match statements: where paths part and meet."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from lora_lint.flow.containers import items_of, record_of
from lora_lint.flow.machine import Args, Machine, Outcome, Raised, matches
from lora_lint.flow.terms import learn
from lora_lint.flow.values import NONE, Cls, Const, DictRec, Generator, Lib, Sym, Tup, Value
from lora_lint.flow.world import World


def if_(machine: Machine, node: cst.If, worlds: list[World]) -> list[World]:
    done: list[World] = []
    taken: list[World] = []
    other: list[World] = []
    for world in worlds:
        for holds, after in machine.explore(world, lambda: machine.truth(machine.evaluate(node.test), node.test)):
            (taken if holds else other).append(after)
    if taken:
        done += machine.block(node.body, machine.fold(taken, node.test))
    if other and node.orelse is not None:
        other = machine.fold(other, node.test)
        orelse = node.orelse
        other = if_(machine, orelse, other) if isinstance(orelse, cst.If) else machine.block(orelse.body, other)
    return machine.fold(done + other, node)


# -- try ---------------------------------------------------------------------------------------------------------------


def try_(machine: Machine, node: cst.Try | cst.TryStar, worlds: list[World]) -> list[World]:
    """The body may end anywhere: handlers start from where it began and from wherever it changed a model.

    Such a path is weak: nobody raised in plain sight. It counts as having saved what the body saves, since a body
    that saves and a handler that reports is no path on which the adapter is lost.
    """
    exits = machine.exits
    outer, returned = exits.raises, exits.returns
    exits.raises, exits.returns = [], []
    handled = [_classes(machine, handler, worlds) for handler in node.handlers]
    machine.guards.append(tuple(name for names in handled for name in names))
    implicit: list[World] = [world.copy() for world in worlds]
    current = worlds
    for statement in node.body.body:
        if not current:
            break
        before = {id(world.life): world.life.version for world in current}
        current = machine.block([statement], current)
        if any(world.life.version not in before.values() for world in current):
            implicit += [world.copy() for world in current]
    machine.guards.pop()
    raised = exits.raises
    exits.raises = outer
    ended = list(current)
    if any(name in IMPORT_ERRORS for names in handled for name in names) and _imports(node.body):
        for world in ended:
            learn(world, ("installed", machine.site(node)), True, None)
    if node.orelse is not None:
        ended = machine.block(node.orelse.body, ended)
    caught = _handle(machine, node, handled, raised, implicit, len(worlds), ended)
    done = machine.fold(ended + caught, node)
    if node.finalbody is not None:
        done = _finally(machine, node.finalbody, done)
    exits.returns[:0] = returned
    return done


def _finally(machine: Machine, node: cst.Finally, done: list[World]) -> list[World]:
    exits = machine.exits
    returned = exits.returns  # what returns out of the try runs the block on its way
    exits.returns = []
    for value, world in returned:
        exits.returns += [(value, after) for after in machine.block(node.body, [world])]
    return machine.block(node.body, done)


def _classes(
    machine: Machine, handler: cst.ExceptHandler | cst.ExceptStarHandler, worlds: list[World]
) -> tuple[str, ...]:
    """The qualified names of the exception classes that a handler catches."""
    if handler.type is None:
        return ("builtins.BaseException",)
    if not worlds:
        return ()
    machine.world = worlds[0].copy()
    found = machine.explore(machine.world, lambda: machine.evaluate(handler.type))  # type: ignore[arg-type]
    if not found:
        return ()
    value, _ = found[0]
    names: list[str] = []
    for item in value.items if isinstance(value, Tup) else (value,):
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
        left: list[tuple[Raised, World]] = []
        for error, world in rest:
            caught = matches(error.kind, names)
            if caught is not False:
                entering.append(world)
            if caught is not True:
                left.append((error, world))
        rest = left
        if any(name in IMPORT_ERRORS for name in names) and _imports(node.body):
            entering += [_without_import(machine, node, world) for world in implicit[:started]]
        elif not all(name in QUIET for name in names):
            entering += [_weaken(world, ended) for world in implicit]
        if entering:
            done += _run_handler(machine, handler, machine.fold(entering, handler))
    machine.exits.raises += rest
    return done


IMPORT_ERRORS = frozenset({"builtins.ImportError", "builtins.ModuleNotFoundError"})
# exceptions that only come where they are raised in plain sight
QUIET = IMPORT_ERRORS | {"builtins.SystemExit", "builtins.KeyboardInterrupt", "builtins.GeneratorExit"}


def _imports(body: cst.BaseSuite) -> bool:
    """Does a block import anything?"""
    lines = [line for line in body.body if isinstance(line, cst.SimpleStatementLine)]
    return any(isinstance(small, (cst.Import, cst.ImportFrom)) for line in lines for small in line.body)


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
        for token, content in other.life.contents.items():
            mine = weak.life.contents.get(token)
            if mine is not None and content.keeping.value > mine.keeping.value:
                for kept in content.kept:
                    weak.life.keep(token, kept.how, kept.place, kept.site)
    return weak


def _run_handler(
    machine: Machine, handler: cst.ExceptHandler | cst.ExceptStarHandler, worlds: list[World]
) -> list[World]:
    if handler.name is not None and isinstance(handler.name.name, cst.Name):
        name = handler.name.name
        error = Sym(("error", machine.site(handler)))
        worlds = [after for world in worlds for _, after in machine.explore(world, lambda: machine.assign(name, error))]
    return machine.block(handler.body, worlds)


# -- with --------------------------------------------------------------------------------------------------------------


def with_(machine: Machine, node: cst.With, worlds: list[World]) -> list[World]:
    return _with_items(machine, node, list(node.items), worlds)


def _with_items(machine: Machine, node: cst.With, items: list[cst.WithItem], worlds: list[World]) -> list[World]:
    if not items:
        return machine.block(node.body, worlds)
    item, rest = items[0], items[1:]
    done: list[World] = []
    for world in worlds:
        for manager, start in machine.explore(world, lambda: machine.evaluate(item.item)):
            done += _with_one(machine, node, item, rest, manager, start)
    return machine.fold(done, node) if len(done) > 1 else done


def _with_one(
    machine: Machine, node: cst.With, item: cst.WithItem, rest: list[cst.WithItem], manager: Value, world: World
) -> list[World]:
    def enter(value: Value) -> None:
        if item.asname is not None:
            machine.assign(item.asname.name, value)

    if isinstance(manager, Generator):  # a function under @contextmanager: the block runs where it yields
        return _with_generator(machine, node, item, rest, manager, world)

    def begin() -> None:
        enter(machine.parts.enter(machine, manager, item))

    done: list[World] = []
    for _, start in machine.explore(world, begin):
        for after in _with_items(machine, node, rest, [start]):
            done += [ended for _, ended in machine.explore(after, lambda: machine.parts.leave(machine, manager, item))]
    return done


def _with_generator(
    machine: Machine, node: cst.With, item: cst.WithItem, rest: list[cst.WithItem], manager: Generator, world: World
) -> list[World]:
    state = machine.scope()

    def body(value: Value) -> None:
        inner = machine.scope()
        machine.enter_scope(state)

        def outcomes() -> list[Outcome]:
            begun = machine.explore(
                machine.world, lambda: machine.assign(item.asname.name, value) if item.asname is not None else None
            )
            return [Outcome(NONE, w) for _, start in begun for w in _with_items(machine, node, rest, [start])]

        try:
            machine.choose(outcomes)
        finally:
            machine.enter_scope(inner)

    machine.yielding.append(body)
    try:
        return [after for _, after in machine.explore(world, lambda: machine.call(manager, Args(), item))]
    finally:
        machine.yielding.pop()


# -- match -------------------------------------------------------------------------------------------------------------


def match_(machine: Machine, node: cst.Match, worlds: list[World]) -> list[World]:
    done: list[World] = []
    for world in worlds:
        for subject, start in machine.explore(world, lambda: machine.settle(machine.evaluate(node.subject), node)):
            done += _cases(machine, node, subject, start)
    return machine.fold(done, node)


def _cases(machine: Machine, node: cst.Match, subject: Value, world: World) -> list[World]:
    done: list[World] = []
    waiting = [world]
    for case in node.cases:
        entering: list[World] = []
        missed: list[World] = []
        for current in waiting:
            for holds, after in machine.explore(current, lambda case=case: _matched(machine, case, subject)):  # type: ignore[misc]
                (entering if holds else missed).append(after)
        if entering:
            done += machine.block(case.body, machine.fold(entering, case))
        waiting = missed
        if not waiting:
            break
    return done + waiting


def _matched(machine: Machine, case: cst.MatchCase, subject: Value) -> bool:
    holds = pattern(machine, case.pattern, subject)
    if holds is None:
        holds = machine.decide(("match", machine.site(case)), case.pattern)
    if holds and case.guard is not None:
        holds = machine.truth(machine.evaluate(case.guard), case.guard)
    return holds


def pattern(machine: Machine, node: cst.MatchPattern, subject: Value) -> bool | None:
    """Does a pattern match? Binds its names; None where that is open."""
    subject = machine.settle(subject, node)
    if isinstance(node, cst.MatchAs):
        inner = pattern(machine, node.pattern, subject) if node.pattern is not None else True
        if node.name is not None:
            machine.assign(node.name, subject)
        return inner
    if isinstance(node, cst.MatchOr):
        open_ = False
        for element in node.patterns:
            found = pattern(machine, element.pattern, subject)
            if found:
                return True
            open_ = open_ or found is None
        return None if open_ else False
    if isinstance(node, cst.MatchValue):
        return _equals(machine, subject, machine.evaluate(node.value), node)
    if isinstance(node, cst.MatchSingleton):
        return _equals(machine, subject, machine.evaluate(node.value), node)
    if isinstance(node, cst.MatchClass):
        return _class_pattern(machine, node, subject)
    if isinstance(node, (cst.MatchTuple, cst.MatchList)):
        return _sequence_pattern(machine, node, subject)
    if isinstance(node, cst.MatchMapping):
        return _mapping_pattern(machine, node, subject)
    return None


def _equals(machine: Machine, subject: Value, wanted: Value, node: cst.CSTNode) -> bool | None:
    if isinstance(subject, Const) and isinstance(wanted, Const):
        return bool(subject.value == wanted.value)
    if isinstance(subject, Sym):
        term = ("none", subject.term) if wanted == NONE else ("eq", subject.term, wanted)
        return machine.decide(term, node)
    return subject == wanted if wanted == NONE or subject == wanted else None


def _class_pattern(machine: Machine, node: cst.MatchClass, subject: Value) -> bool | None:
    holds = machine.truth(
        machine.call(Lib("builtins.isinstance"), Args([subject, machine.evaluate(node.cls)]), node), node
    )
    if not holds:
        return False
    for element in node.kwds:
        if pattern(machine, element.pattern, machine.get(subject, element.key.value, node)) is False:
            return False
    for positional in node.patterns:
        pattern(machine, positional.value, machine.unknown(positional))
    return True


def _sequence_pattern(machine: Machine, node: cst.MatchTuple | cst.MatchList, subject: Value) -> bool | None:
    items = items_of(machine, subject, node)
    elements = node.patterns
    star = any(isinstance(element, cst.MatchStar) for element in elements)
    if items is None or star:
        for element in elements:
            if isinstance(element, cst.MatchSequenceElement):
                pattern(machine, element.value, machine.unknown(element))
            elif element.name is not None:
                machine.assign(element.name, machine.unknown(element))
        return None
    if len(items) != len(elements):
        return False
    open_ = False
    for element, item in zip(elements, items, strict=True):
        assert isinstance(element, cst.MatchSequenceElement)
        found = pattern(machine, element.value, item)
        if found is False:
            return False
        open_ = open_ or found is None
    return None if open_ else True


def _mapping_pattern(machine: Machine, node: cst.MatchMapping, subject: Value) -> bool | None:
    record = record_of(machine, subject)
    known = dict(record.items) if isinstance(record, DictRec) and not record.open else None
    open_ = known is None
    for element in node.elements:
        key = machine.evaluate(element.key)
        if known is not None and key not in known:
            return False
        item = known[key] if known is not None else machine.unknown(element)
        found = pattern(machine, element.pattern, item)
        if found is False:
            return False
        open_ = open_ or found is None
    return None if open_ else True
