"""Dicts that are made of others, and of settings that lie over each other."""

from __future__ import annotations

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.objects.containers import items_of, laid_over, new_dict, pairs_of, record_of
from lora_lint.flow.objects.instances import ATTRIBUTES
from lora_lint.flow.objects.passes import passes
from lora_lint.flow.scope import Args
from lora_lint.flow.values import NONE, Const, DictRec, ObjRef, Value
from lora_lint.flow.worlds.behind import models_inside


def _dict(call: LibCall) -> Value:
    items: list[tuple[Value, Value]] = []
    is_open = call.args.open
    for source in call.args.pos:
        mapping = pairs_of(call.machine, call.machine.settle(source, call.node))
        if mapping is not None:
            items += mapping[0]
            is_open = is_open or mapping[1]
            continue
        pairs, more = passes(call.machine, source, call.node)
        is_open = is_open or more
        for place, pair in enumerate(pairs):
            both = items_of(call.machine, pair, call.node)
            if both is not None and len(both) == 2:
                items.append((both[0], both[1]))
            elif models_inside(pair):  # under which key nobody knows
                items.append((call.unknown(place), pair))
    words = [(Const(name), value) for name, value in call.args.kw.items()]
    laid = laid_over(call.machine, [(items, False), (words, call.args.open)], call.node)
    return new_dict(call.machine, call.node, laid, open=is_open)


def _from_keys(call: LibCall) -> Value:
    """`dict.fromkeys(("adapter", "merged"), "out")`: one value under each of them."""
    keys, is_open = passes(call.machine, call.arg("iterable") or call.unknown(), call.node)
    value = call.arg("value") or NONE
    return new_dict(call.machine, call.node, [(key, value) for key in keys], open=is_open)


def _chain_map(call: LibCall) -> Value:
    """`ChainMap(given, defaults)`: under a key what the first has that has it."""
    layers = [pairs_of(call.machine, call.machine.settle(layer, call.node)) or ([], True) for layer in call.args.pos]
    pairs = laid_over(call.machine, reversed(layers), call.node)
    return new_dict(call.machine, call.node, pairs, open=call.args.open or any(is_open for _, is_open in layers))


def _default_dict(call: LibCall) -> Value:
    """`defaultdict(list, ...)`: what is asked for and not there is made."""
    factory = call.arg("factory")
    rest = Args(call.args.pos[1:], {name: v for name, v in call.args.kw.items() if name != "factory"}, call.args.open)
    made = _dict(LibCall(call.machine, call.name, call.row, None, rest, call.node))
    record = record_of(call.machine, made)
    if isinstance(made, ObjRef) and isinstance(record, DictRec) and factory != NONE:
        call.machine.world.put(made.oid, DictRec(record.items, record.open, factory))
    return made


def _open_dict(call: LibCall) -> Value:
    return new_dict(call.machine, call.node, [], open=True)


def _settings_over(call: LibCall) -> Value:
    """`OmegaConf.merge(cfg, {"quantize": False})`: later settings replace those before them."""
    layers = [call.machine.settle(layer, call.node) for layer in call.args.pos]
    return _over(call, layers) if layers and not call.args.open else call.unknown()


def _over(call: LibCall, layers: list[Value], *path: str) -> Value:
    machine = call.machine
    if len(layers) == 1:
        return layers[0]
    entries: dict[str, list[Value]] = {}
    whole = True  # all that may be there is seen
    for layer in layers:
        pairs, more = pairs_of(machine, layer) or ([], True)
        named = [(key.value, value) for key, value in pairs if isinstance(key, Const) and isinstance(key.value, str)]
        if more or len(named) < len(pairs):
            whole = False
            entries.clear()  # whatever was said before may be said anew
        for name, value in named:
            below = entries.get(name, []) if isinstance(record_of(machine, value), DictRec) else []
            entries[name] = [*below, value]
    found = {name: _over(call, values, *path, name) for name, values in entries.items()}
    if whole:
        return new_dict(machine, call.node, [(Const(name), value) for name, value in found.items()])
    merged = call.unknown("over", *path)
    for name, value in found.items():
        machine.world.frame(ATTRIBUTES)[merged.term, name] = value
    return merged


VERBS: dict[str, Verb] = {
    "dict": _dict,
    "from_keys": _from_keys,
    "chain_map": _chain_map,
    "default_dict": _default_dict,
    "open_dict": _open_dict,
    "settings_over": _settings_over,
}
