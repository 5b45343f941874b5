"""`match` statements: patterns hold, don't hold, or may."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import takewhile

import libcst as cst

from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.containers import items_of, new_list, record_of
from lora_lint.flow.scope import Args
from lora_lint.flow.statements.cases import is_bare
from lora_lint.flow.values import NONE, Const, DictRec, Lib, Sym, Term, Tup, Value
from lora_lint.flow.worlds.choices import among
from lora_lint.flow.worlds.world import Assumption, World
from lora_lint.knowledge.spoken_keys import OF_KEYS, equal


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
        machine.statement = node
        for current in waiting:
            for holds, after in machine.explore(current, partial(_matched, machine, case, subject)):
                (entering if holds else missed).append(after)
        if entering:
            done += machine.block(case.body, machine.fold(entering, case))
        waiting = missed
        if not waiting:
            break
    return done + waiting


def _matched(machine: Machine, case: cst.MatchCase, subject: Value) -> bool:
    before = machine.world.assumed
    holds = pattern(machine, case.pattern, subject)
    if holds is None:
        holds = machine.decide(("match", machine.site(case)), None)
    _tell(machine, before, case.pattern, holds)
    if holds and case.guard is not None:
        holds = machine.truth(machine.evaluate(case.guard), case.guard)
    return holds


def _tell(machine: Machine, before: Mapping[Term, Assumption], node: cst.MatchPattern, holds: bool) -> None:
    """What was assumed in a pattern is told as one: that the case was taken, or was not."""
    assumed = machine.world.assumed
    new = [term for term in takewhile(lambda term: term not in before, reversed(assumed)) if assumed[term].site is None]
    for term in new:
        machine.world.assume(term, assumed[term].holds, machine.site(node), shown=holds)
    if len(new) == 1 and assumed[new[0]].holds is holds:
        machine.note_test(new[0], node)


def pattern(machine: Machine, node: cst.MatchPattern, subject: Value) -> bool | None:
    """Does a pattern match? Binds its names; None where that is open."""
    subject = machine.settle(subject, node)
    if isinstance(node, cst.MatchAs):
        inner = pattern(machine, node.pattern, subject) if node.pattern is not None else True
        if node.name is not None:
            machine.assign(node.name, subject)
        return inner
    if isinstance(node, cst.MatchOr):
        at_once = _any_of(machine, [element.pattern for element in node.patterns], subject)
        if at_once is not None:
            return machine.truth(at_once, None)
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


def _any_of(machine: Machine, nodes: list[cst.MatchPattern], subject: Value) -> Value | None:
    """One of several constants, or of several classes, is one question."""
    if isinstance(subject, Sym) and all(isinstance(node, cst.MatchValue) for node in nodes):
        values = [machine.evaluate(cst.ensure_type(node, cst.MatchValue).value) for node in nodes]
        return Sym(among(subject.term, values)) if all(isinstance(value, Const) for value in values) else None
    classes = [machine.evaluate(node.cls) for node in nodes if isinstance(node, cst.MatchClass) and is_bare(node)]
    if len(classes) < len(nodes):
        return None
    return machine.call(Lib("builtins.isinstance"), Args([subject, Tup(tuple(classes))]), nodes[0])


def _equals(machine: Machine, subject: Value, wanted: Value, node: cst.MatchPattern) -> bool | None:
    if isinstance(subject, Const) and isinstance(wanted, Const):
        same = equal(subject.value, wanted.value)
        return bool(same) if same is not None else machine.decide(machine.unknown(node, OF_KEYS).term, None)
    if isinstance(subject, Sym):
        term = ("none", subject.term) if wanted == NONE else among(subject.term, [wanted])
        return machine.decide(term, None)
    return subject == wanted if wanted == NONE or subject == wanted else None


def _class_pattern(machine: Machine, node: cst.MatchClass, subject: Value) -> bool | None:
    given = Args([subject, machine.evaluate(node.cls)])
    holds = machine.truth(machine.call(Lib("builtins.isinstance"), given, node), None)
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
    star = next((i for i, element in enumerate(elements) if isinstance(element, cst.MatchStar)), None)
    if items is None:
        for element in elements:
            if isinstance(element, cst.MatchSequenceElement):
                pattern(machine, element.value, machine.unknown(element))
            elif element.name is not None:
                machine.assign(element.name, machine.unknown(element))
        return None
    if star is not None:
        return _starred_pattern(machine, elements, star, items)
    if len(items) != len(elements):
        return False
    return _all_hold(machine, elements, items)


def _starred_pattern(
    machine: Machine, elements: Sequence[cst.MatchSequenceElement | cst.MatchStar], star: int, items: list[Value]
) -> bool | None:
    """`case [*_, "lora_A", name, "weight"]`: the first and the last items, the star has those in between."""
    behind = len(items) - (len(elements) - star - 1)
    if behind < star:
        return False
    name = cst.ensure_type(elements[star], cst.MatchStar).name
    if name is not None:
        machine.assign(name, new_list(machine, name, items[star:behind]))
    return _all_hold(machine, [*elements[:star], *elements[star + 1 :]], [*items[:star], *items[behind:]])


def _all_hold(
    machine: Machine, elements: Sequence[cst.MatchSequenceElement | cst.MatchStar], items: list[Value]
) -> bool | None:
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
