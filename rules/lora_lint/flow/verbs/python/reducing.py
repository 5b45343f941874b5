"""`functools.reduce`: a loop that hands what it has on to its function."""

from __future__ import annotations

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.objects.passes import drawn, passes
from lora_lint.flow.scope import Args
from lora_lint.flow.values import ModelRef, Value
from lora_lint.flow.worlds.paths import Outcome


def _reduce(call: LibCall) -> Value:
    """`reduce(function, items, first)`: where there may be more items than are known, the result is not, except that
    a model goes on as one, be it of the items that are known, or of one more."""
    function, iterable, result = call.arg("function"), call.arg("iterable"), call.arg("initial")
    if function is None or iterable is None:
        return call.unknown()
    items, is_open = passes(call.machine, iterable, call.node)
    for item in items:
        result = item if result is None else call.machine.call(function, Args([result, item]), call.node)
    if not is_open or result is None:
        return result if result is not None else call.unknown()
    return _or_one_more(call, function, result, items[-1]) if isinstance(result, ModelRef) else call.unknown()


def _or_one_more(call: LibCall, function: Value, result: ModelRef, item: Value) -> Value:
    """The last item stands for many, as in a loop over them."""
    machine = call.machine

    def outcomes() -> list[Outcome]:
        before = machine.world.copy()
        for term in drawn(item):
            machine.world.forget(term)
        again = machine.call(function, Args([result, item]), call.node)
        return [Outcome(result, before), Outcome(again, machine.world)]

    return machine.choose(outcomes)


VERBS: dict[str, Verb] = {"reduce": _reduce}
