"""One of several: the smallest or the largest by what is measured, or any."""

from __future__ import annotations

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.objects.containers import UNROLL, one_of
from lora_lint.flow.objects.handed_out import hand_out
from lora_lint.flow.objects.listings import any_listed, note_largest
from lora_lint.flow.objects.measured import sign_of
from lora_lint.flow.objects.ordering import in_order
from lora_lint.flow.objects.passes import passes
from lora_lint.flow.objects.provenance import models_in
from lora_lint.flow.scope import Args
from lora_lint.flow.values import Const, Value, const
from lora_lint.flow.verbs.python.language import another
from lora_lint.flow.worlds.signs import EXTREME
from lora_lint.knowledge.measures import LARGEST


def _extreme(call: LibCall) -> Value:
    """`min(results, key=...)`: one of them, by what is measured."""
    items, is_open = call.args.pos, False
    if len(items) == 1:
        items, is_open = passes(call.machine, items[0], call.node)
    if "key" not in call.args.kw and call.name == LARGEST:
        note_largest(call.machine, items or call.args.pos, call.node)
    constants = all(isinstance(item, Const) for item in items)
    if constants and not is_open and not call.args.open and (found := _first_of(call, items)) is not None:
        return found
    keys = "key" in call.args.kw and constants
    if not 0 < len(items) <= UNROLL or not (keys or models_in(call.machine, items)):
        hand_out(call.machine, items)
        alone = len(items) == 1 and not is_open and not call.args.open
        if not alone and (listed := any_listed(call.machine, items, call.node)) is not None:
            return listed
        return items[0] if alone else call.unknown(EXTREME, *sign_of(call.machine, call.name, items))
    return items[0] if len(items) == 1 and not is_open else one_of(call.machine, items, call.node)


def _first_of(call: LibCall, items: list[Value]) -> Value | None:
    """The one that comes first, or from the back; None where the key says nothing that is known."""
    asked = {"reverse": const(call.name == LARGEST), **{k: v for k, v in call.args.kw.items() if k == "key"}}
    ordered = in_order(call.machine, items, Args([], asked), call.node)
    return ordered[0] if ordered else None


def _choice(call: LibCall) -> Value:
    """`random.choice(models)`: one of them, another one each time."""
    items, is_open = passes(call.machine, call.args.pos[0], call.node) if call.args.pos else ([], True)
    hand_out(call.machine, call.args.values())
    if is_open or not 0 < len(items) <= UNROLL or not models_in(call.machine, items):
        return another(call)
    return one_of(call.machine, items, call.node)


VERBS: dict[str, Verb] = {"extreme": _extreme, "choice": _choice}
