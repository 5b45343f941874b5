"""Lists in an order that is computed: by what the items are, or by what a key says of them."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.machine import Machine
from lora_lint.flow.scope import Args
from lora_lint.flow.values import FALSE, TRUE, Const, Value

MOST = 16  # items that are put in order


def in_order(machine: Machine, items: list[Value], args: Args, node: cst.CSTNode) -> list[Value] | None:
    """The items as `sorted(items, key=..., reverse=...)` puts them; None where their order is not known."""
    key, backwards = args.kw.get("key"), args.kw.get("reverse", FALSE)
    if len(items) > MOST or backwards not in (TRUE, FALSE) or args.open:
        return None
    by = items if key is None else [machine.call(key, Args([item]), node) for item in items]
    values = [value.value for value in (machine.settle(one, node) for one in by) if isinstance(value, Const)]
    if len(values) < len(items):
        return None
    try:
        order = sorted(range(len(items)), key=values.__getitem__, reverse=backwards == TRUE)
    except TypeError:
        return None
    return [items[place] for place in order]
