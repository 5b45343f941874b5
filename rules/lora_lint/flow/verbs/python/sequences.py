"""Builtins that make, measure and run through sequences."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace

from lora_lint.flow.aside import Aside
from lora_lint.flow.calls.halves import next_of
from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.expressions.lazy import mapped
from lora_lint.flow.objects.containers import SORTED, UNROLL, items_of, known_items, new_list, record_of
from lora_lint.flow.objects.instances import method_of
from lora_lint.flow.objects.listings import sorted_listing
from lora_lint.flow.objects.ordering import in_order
from lora_lint.flow.objects.passes import MOST_ITEMS, lazily, only_known, passes, used_up, within
from lora_lint.flow.scope import Args
from lora_lint.flow.values import FALSE, NONE, Const, DictRec, Gate, Generator, ListRec, ObjRef, Sym, Tup, Value, const
from lora_lint.flow.verbs.python.language import another
from lora_lint.flow.worlds.signs import NATURAL
from lora_lint.flow.worlds.terms import leaves, pick
from lora_lint.flow.worlds.world import NOTES
from lora_lint.knowledge.spoken_keys import OF_KEYS, Key


def _len(call: LibCall) -> Value:
    value = call.arg("object")
    if value is None:
        return call.unknown()
    items = items_of(call.machine, value, call.node)
    if items is not None:
        return Const(len(items))
    if isinstance(value, Const) and isinstance(value.value, str):
        length = value.value.number(len) if isinstance(value.value, Key) else len(value.value)
        return Const(length) if length is not None else call.unknown(OF_KEYS)
    if not isinstance(value, Sym):
        return call.unknown(NATURAL)
    grown = ("tokens", "added") in call.machine.world.frames.get(NOTES, {})  # a tokenizer is longer than it was
    return Sym(("len", value.term, "grown") if grown else ("len", value.term))


def _gather(call: LibCall) -> Value:
    """`asyncio.gather(a(), b())`: the results in order."""
    return new_list(call.machine, call.node, call.args.pos, open=call.args.open)


def _range(call: LibCall) -> Value:
    """A short range is run through; of a longer one the first number, one in between and the last.

    No path parts where the bounds of a long one hang on a test.
    """
    given = [pick(call.machine.world, arg) for arg in call.args.pos]
    if len(given) in (1, 2) and all(isinstance(stop, Sym) for stop in leaves(given[-1])):
        return _long_range(call, given[0] if len(given) == 2 else Const(0), _less_one(given[-1]))
    bounds = [call.machine.settle(arg, call.node) for arg in given]
    try:
        found = range(*[bound.value for bound in bounds if isinstance(bound, Const)])
    except (ValueError, TypeError):
        return call.unknown()
    if not all(isinstance(bound, Const) for bound in bounds):
        return call.unknown()
    if not found[UNROLL:]:  # the length of one may be more than len() counts to
        return Tup(tuple(Const(n) for n in found))
    return _long_range(call, Const(found[0]), Const(found[-1]))


def _long_range(call: LibCall, first: Value, last: Value) -> Value:
    return Tup((first, within(call.machine.site(call.node), first, last), last))


def _less_one(number: Value) -> Value:
    if isinstance(number, Gate):
        return Gate(number.term, _less_one(number.then), _less_one(number.other))
    assert isinstance(number, Sym)
    return Sym(("Subtract", number.term, Const(1)))


def _enumerate(call: LibCall) -> Value:
    iterable = call.arg("iterable") or call.unknown()
    start = call.plain("start", 0)
    if isinstance(iterable, Generator) and isinstance(start, int) and _acts(call, iterable):
        return Generator(iterable.func, iterable.call, start)
    items, is_open = passes(call.machine, iterable, call.node)
    if is_open or not isinstance(start, int):
        index = Sym(("index", call.machine.site(call.node)))
        first = (
            len(items) - 1 if isinstance(start, int) and _in_order(call, iterable) else 0
        )  # the last stands for many
        numbers = [Const(start + i) if i < first else index for i in range(len(items))]
        pairs: list[Value] = [Tup(pair) for pair in zip(numbers, items, strict=True)]
        if only_known(call.machine, iterable):
            return new_list(call.machine, call.node, pairs, open=True, picked=True)
        return Tup(tuple(pairs), True)
    return Tup(tuple(Tup((Const(start + i), item)) for i, item in enumerate(items)))


def _in_order(call: LibCall, iterable: Value) -> bool:
    """Are the items that are known the first ones, in the order in which a loop meets them?"""
    record = record_of(call.machine, iterable)
    return isinstance(iterable, Tup) or (isinstance(record, ListRec) and record.kind == "list")


def _acts(call: LibCall, generator: Generator) -> bool:
    """Does something happen to a model on the way? It is run aside to see; if so, each value waits to be asked for."""
    machine = call.machine
    with Aside(machine) as aside:
        found = machine.explore(aside.world.copy(), lambda: used_up(machine, generator, call.node))
    return any(world.life.version != aside.world.life.version for _, world in found)


def _zip(call: LibCall) -> Value:
    columns = [passes(call.machine, arg, call.node) for arg in call.args.pos]
    if not columns:
        return Tup(())
    closed = [items for items, is_open in columns if not is_open]
    if len(closed) == len(columns):
        return Tup(tuple(Tup(row) for row in zip(*closed, strict=False)))
    longest = max(len(items) for items in closed or [items for items, _ in columns])
    padded = [[items[min(i, len(items) - 1)] for i in range(longest)] for items, _ in columns if items]
    return Tup(tuple(Tup(row) for row in zip(*padded, strict=False)), not closed)


def _product(call: LibCall) -> Value:
    """`itertools.product(domains, languages)`: where all items are known, and they are few."""
    columns = [passes(call.machine, arg, call.node) for arg in call.args.pos]
    if call.args.kw or any(is_open for _, is_open in columns) or math.prod(len(c) for c, _ in columns) > MOST_ITEMS:
        return call.unknown()
    return Tup(tuple(Tup(row) for row in itertools.product(*(items for items, _ in columns))))


def _map(call: LibCall) -> Value:
    function = call.arg("function")
    if function is None or len(call.args.pos) < 2:
        return call.unknown()
    return mapped(call.machine, call.node, lambda: _at_once(call, function))


def _at_once(call: LibCall, function: Value) -> Value:
    found = [passes(call.machine, source, call.node) for source in call.args.pos[1:]]
    rounds: list[Sequence[Value] | None] = list(zip(*[items for items, _ in found], strict=False))
    if call.option("star"):
        rounds = [items_of(call.machine, item, call.node) for item in found[0][0]]
    mapped = [call.machine.call(function, Args(list(given or ()), {}, given is None), call.node) for given in rounds]
    return new_list(call.machine, call.node, mapped, open=any(is_open for _, is_open in found))


def _filter(call: LibCall) -> Value:
    function, iterable = call.arg("function"), call.arg("iterable")
    if function is None or iterable is None:
        return call.unknown()
    items, more = passes(call.machine, iterable, call.node)
    is_open = more
    kept: list[Value] = []
    for item in items:
        answer = item if function == NONE else call.machine.call(function, Args([item]), call.node)
        decided = call.machine.known(answer)
        if decided is not False:
            kept.append(item)
            is_open = is_open or decided is None
    found = new_list(call.machine, call.node, kept, open=is_open, picked=not more)
    return lazily(call.machine, found, call.node)


def _next(call: LibCall) -> Value:
    iterator = call.arg("iterator")
    if iterator is None:
        return call.unknown()
    if isinstance(iterator, Generator):
        return next_of(call.machine, iterator, call.node) or call.arg("default") or call.unknown()
    step = method_of(call.machine, iterator, "__next__")
    if step is not None:
        return call.machine.call(step, Args(), call.node)
    items, is_open = passes(call.machine, iterator, call.node)
    if items and is_open and isinstance(iterator, Sym) and not iterator.models:
        return another(call)
    record = record_of(call.machine, iterator)
    if items and isinstance(iterator, ObjRef) and isinstance(record, ListRec) and len(record.items) == len(items):
        call.machine.world.put(iterator.oid, replace(record, items=record.items[1:]))  # it gives the others next
    if items:
        return items[0]
    return call.arg("default") or call.unknown()


def _any(call: LibCall) -> Value:
    return _quantified(call, stops_on=True)


def _all(call: LibCall) -> Value:
    return _quantified(call, stops_on=False)


def _quantified(call: LibCall, *, stops_on: bool) -> Value:
    iterable = call.arg("iterable")
    if iterable is None:
        return call.unknown()
    is_open = items_of(call.machine, iterable, call.node) is None
    record = record_of(call.machine, iterable)
    there = not (isinstance(record, (ListRec, DictRec)) and record.maybe_empty)
    for item in known_items(call.machine, iterable):
        decided = call.machine.known(item)
        if decided is stops_on and there:
            return const(stops_on)
        is_open = is_open or decided is None
    return call.unknown() if is_open else const(not stops_on)


def _until(call: LibCall, ask: Value, last: Value) -> Value:
    """`iter(jobs.pop, None)`: what calls give, up to the one that gives the last. Of what is not known there may be
    more."""
    found: list[Value] = []
    while len(found) < UNROLL:
        given = call.machine.settle(call.machine.call(ask, Args(), call.node), call.node)
        if isinstance(given, Const) and given == last:
            return new_list(call.machine, call.node, found)
        found.append(given)
        if isinstance(given, Sym):
            break
    return new_list(call.machine, call.node, found, open=True)


def _list(call: LibCall) -> Value:
    name = call.name.rpartition(".")[2]
    if name == "iter" and len(call.args.pos) == 2:
        return _until(call, *call.args.pos)
    iterable = call.arg("iterable")
    if iterable is None:
        return (
            Tup(())
            if name == "tuple"
            else new_list(call.machine, call.node, [], kind="set" if name == "set" else "list")
        )
    by_name = name == "sorted" and "key" not in call.args.kw
    backwards = call.args.kw.get("reverse", FALSE)
    if isinstance(iterable, Sym) and not iterable.models:
        ordered = sorted_listing(call.machine, [iterable], backwards, call.node) if by_name else None
        return ordered or Sym(("listed", iterable.term))
    items, is_open = passes(call.machine, iterable, call.node)
    if by_name and is_open and (ordered := sorted_listing(call.machine, items, backwards, call.node)) is not None:
        return ordered
    if name == "reversed":
        items = items[::-1]
    if name == "sorted":
        in_turn = None if is_open else in_order(call.machine, items, call.args, call.node)
        items, is_open = in_turn or items, in_turn is None
    if name == "tuple":
        return Tup(tuple(items), is_open)
    kind = SORTED if name == "sorted" and is_open else "set" if "set" in name else "list"
    record = record_of(call.machine, iterable)
    picked = isinstance(record, ListRec) and not record.others() and not record.perhaps
    return new_list(call.machine, call.node, items, open=is_open, kind=kind, picked=picked)


def _chain(call: LibCall) -> Value:
    items: list[Value] = []
    sources, is_open = call.args.pos, call.args.open
    for rest in call.args.rest:
        sources = [*sources, *passes(call.machine, rest, call.node)[0]]
    if call.option("nested"):
        sources, is_open = passes(call.machine, sources[0], call.node) if sources else ([], True)
    for source in sources:
        more, more_open = passes(call.machine, source, call.node)
        items += more
        is_open = is_open or more_open
    return Tup(tuple(items), is_open)


VERBS: dict[str, Verb] = {
    "gather": _gather,
    "len": _len,
    "range": _range,
    "enumerate": _enumerate,
    "zip": _zip,
    "product": _product,
    "map": _map,
    "filter": _filter,
    "next": _next,
    "any": _any,
    "all": _all,
    "list": _list,
    "chain": _chain,
}
