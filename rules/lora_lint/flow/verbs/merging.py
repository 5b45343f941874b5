"""Folding adapters into the base, taking them out, switching and removing them."""

from __future__ import annotations

from collections.abc import Hashable

import libcst as cst

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.objects.containers import items_of
from lora_lint.flow.values import NONE, Const, ModelRef, ObjRef, Sym, Tup, Value
from lora_lint.flow.view import view_of
from lora_lint.flow.worlds.settled import measures
from lora_lint.lifecycle.events.models import Activated, Blended, Deleted, Disabled, Folded, Merged, Unloaded
from lora_lint.lifecycle.files import misnamed
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.records import Frozen, Oid, PeftModel


def names_given(call: LibCall, param: str) -> list[Hashable] | None:
    """Adapter names, one or a list; None where they are not given or not known."""
    value = call.arg(param)
    if value is None or value == NONE:
        return None
    if isinstance(value, Const):
        return [value.value]
    if isinstance(value, Sym):
        return [value.term]
    items = items_of(call.machine, value, call.node) if isinstance(value, (Tup, ObjRef)) else None
    if items is None or not all(isinstance(item, (Const, Sym)) for item in items):
        return None
    return [item.value if isinstance(item, Const) else item.term for item in items if isinstance(item, (Const, Sym))]


def _misnamed(call: LibCall, oid: Oid, names: list[Hashable] | None) -> tuple[str, ...]:
    """Of these names, what no adapter of the model is called, where no code that is not seen may have added one."""
    life = call.machine.world.life
    model = life.models[life.unwrapped(oid)]
    known = isinstance(model, PeftModel) and not model.mixed and not life.emptied(oid)
    if names is None or not known or life.root(oid) in call.machine.handed:
        return ()
    return tuple(misnamed(life, oid, frozenset(names)))


def _by_tuner(node: cst.CSTNode) -> bool:
    """`model.base_model.set_adapter(...)`: the LoraModel inside does it, and says nothing of names that it lacks."""
    owner = node.func.value if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) else None
    return isinstance(owner, cst.Attribute) and owner.attr.value == "base_model"


def _merge(call: LibCall) -> Value:
    """`merge_and_unload()` returns the plain model, and leaves the wrapper without layers."""
    machine = call.machine
    life = machine.world.life
    oid = call.target()
    names = names_given(call, "adapter_names")
    untold = names is None and (call.args.open or (call.arg("adapter_names") or NONE) != NONE)
    view = view_of(machine)
    unknown = _misnamed(call, oid, names)
    merged = Merged(life.root(oid), life.emptied(oid), view, names=names, untold=untold, misnamed=unknown)
    event = machine.emit(call.node, oid, merged)
    base = life.merge(oid, machine.site(call.node), names)
    event.facts = event.facts._replace(result=base)
    return ModelRef(base)


def _unload(call: LibCall) -> Value:
    """`unload()` returns the plain model without the adapter's effect."""
    machine = call.machine
    life = machine.world.life
    oid = call.target()
    event = machine.emit(
        call.node, oid, Unloaded(base=life.root(oid), emptied=life.emptied(oid), view=view_of(machine))
    )
    base = life.unload(oid, machine.site(call.node))
    event.facts = event.facts._replace(result=base)
    return ModelRef(base)


def _target(call: LibCall) -> tuple[Oid, PeftModel] | None:
    life = call.machine.world.life
    oid = life.unwrapped(call.target())
    peft = life.models[oid]
    return (oid, peft) if isinstance(peft, PeftModel) else None


def _fold_in(call: LibCall) -> Value:
    """`merge_adapter()`: merged in place, the wrapper keeps its layers and can still be saved."""
    found = _target(call)
    if found is not None:
        call.machine.emit(call.node, found[0], Folded(view=view_of(call.machine)))
        call.machine.world.life.replace(found[0], folded=call.machine.site(call.node))
    return NONE


def _unfold(call: LibCall) -> Value:
    found = _target(call)
    if found is not None:
        call.machine.world.life.replace(found[0], folded=None)
    return NONE


def _set_adapter(call: LibCall) -> Value:
    """Activates adapters and opens them for training, also those that were loaded frozen; with `inference_mode` it
    freezes them (peft 0.21.2)."""
    machine = call.machine
    life = machine.world.life
    oid = call.target()
    names = names_given(call, "adapter_name")
    found, unknown = _target(call), _misnamed(call, oid, names)
    raises = found is not None and not found[1].tuner and not _by_tuner(call.node)
    machine.emit(call.node, oid, Activated(names, unknown, raises))
    if unknown and raises:
        return machine.fail(call.node, "ValueError", oid)
    held = life.held(oid)
    if names is None:  # the name is not known: any of them may be active and open now
        chosen = held
        names = [life.adapters[adapter].name for adapter in held]
    else:
        chosen = [adapter for adapter in held if life.adapters[adapter].name in names]
    frozen = Frozen("switched", machine.site(call.node)) if call.arg("inference_mode") == Const(True) else None
    for adapter in chosen:
        if frozen is None or life.adapters[adapter].frozen is None:
            life.freeze(adapter, frozen)
    if found is not None:
        life.replace(found[0], active=tuple(names), disabled=None)
    else:
        life.replace_base(oid, active=tuple(names), disabled=None)
    return NONE


def _delete_adapter(call: LibCall) -> Value:
    machine = call.machine
    life = machine.world.life
    oid = call.target()
    names = names_given(call, call.row.params[0])
    gone = [adapter for adapter in life.held(oid) if names and life.adapters[adapter].name in names]
    measured = any(measures(term) for term in machine.world.assumed)
    machine.emit(call.node, oid, Deleted(gone, view_of(machine), measured))
    if names is None:
        return NONE
    base = life.base(oid)
    life.replace_base(oid, layers=tuple(layer for layer in base.layers if layer not in gone))
    found = _target(call)
    if found is not None:
        target, peft = found
        pairs = tuple(pair for pair in peft.adapters if pair[0] not in names)
        active = tuple(name for name in peft.active if name not in names) or tuple(name for name, _ in pairs[:1])
        life.replace(target, adapters=pairs, active=active)
    return NONE


def _blend(call: LibCall) -> Value:
    """`add_weighted_adapter(...)`: a new adapter computed from others, which needs no training."""
    machine = call.machine
    life = machine.world.life
    found = _target(call)
    if found is None:
        return NONE
    name = call.plain("adapter_name")
    adapter = life.adapter(machine.site(call.node), name if name is not ... else None, "blended")
    sources = names_given(call, "adapters")
    blended = [a for a in life.held(found[0]) if sources is None or life.adapters[a].name in sources]
    life.replace_adapter(adapter, sources=tuple(life.token(a) for a in blended))
    life.add(found[0], adapter)
    machine.emit(call.node, found[0], Blended(sources, life.adapters[adapter].name, adapter))
    return NONE


def _disable(call: LibCall) -> Value:
    """`disable_adapters()` and `disable_adapter_layers()`: until they are enabled again."""
    machine = call.machine
    life = machine.world.life
    site = machine.site(call.node)
    oid = call.target()
    machine.emit(call.node, oid, Disabled(view=view_of(machine)))
    found = _target(call)
    if found is not None:
        life.replace(found[0], disabled=site)
    else:
        life.replace_base(oid, disabled=site)
    return NONE


def _enable(call: LibCall) -> Value:
    """Switches adapters on, and opens them for training."""
    machine = call.machine
    life = machine.world.life
    oid = call.target()
    enable(life, oid)
    return NONE


def enable(life: Life, oid: Oid) -> None:
    """The end of a time in which adapters were switched off: the active ones train again, whatever froze them."""
    target = life.unwrapped(oid)
    if isinstance(life.models[target], PeftModel):
        life.replace(target, disabled=None)
    else:
        life.replace_base(oid, disabled=None)
    for adapter in life.active(oid):
        life.freeze(adapter, None)


def _open_adapters(call: LibCall) -> Value:
    """`model.set_requires_grad(names, requires_grad=True)`."""
    machine = call.machine
    life = machine.world.life
    oid = call.target()
    names = names_given(call, "adapter_names")
    on = call.plain("requires_grad", True)
    for adapter in life.held(oid):
        if names is None or life.adapters[adapter].name in names:
            life.freeze(adapter, None if on is not False else Frozen("requires_grad", machine.site(call.node)))
    return NONE


VERBS: dict[str, Verb] = {
    "merge": _merge,
    "unload": _unload,
    "fold_in": _fold_in,
    "unfold": _unfold,
    "set_adapter": _set_adapter,
    "delete_adapter": _delete_adapter,
    "blend": _blend,
    "disable": _disable,
    "enable": _enable,
    "open_adapters": _open_adapters,
}
