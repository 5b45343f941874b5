"""Tensors written without the config that makes an adapter of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import libcst as cst

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.adapter_settings import hold_settings
from lora_lint.flow.objects.containers import known_items, record_of
from lora_lint.flow.objects.provenance import OF_MODEL, models_in
from lora_lint.flow.objects.strings import Atoms, atoms_of, last, parent, place_of, text
from lora_lint.flow.values import NONE, DictRec, ListRec, ModelRef, Param, Sym, Tup, Value, WeightsRec
from lora_lint.flow.verbs.copies import adapters_left_out, copies_left_out
from lora_lint.flow.verbs.parameters import ASKED_DETACHED
from lora_lint.flow.verbs.python.system import FILES
from lora_lint.flow.verbs.snapshots import copied
from lora_lint.flow.verbs.unmatched import nameless_in
from lora_lint.flow.view import view_of
from lora_lint.flow.worlds.behind import parts_behind
from lora_lint.flow.worlds.terms import leaves, pick
from lora_lint.flow.worlds.world import NOTES
from lora_lint.knowledge import names
from lora_lint.lifecycle.events.disk import ConfigSaved, ObjectSaved, SettingsSaved, WeightsNamed, WeightsSaved
from lora_lint.lifecycle.files import Files
from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import Keeping, Oid, Sure, Token, Written

DEEPEST = 8  # dicts in dicts: tensors further down are not looked for


def _save_weights(call: LibCall) -> Value:
    """`torch.save(model.state_dict(), path)`, `save_file(...)`, `accelerator.save(...)`."""
    machine = call.machine
    first, second = call.row.params[:2]
    value = call.arg(first)
    atoms = atoms_of(machine.world, call.arg(second))
    if value is None:
        return NONE
    if atoms is not None:
        machine.world.frame(FILES)[atoms] = copied(machine, value, call.node)
    oids = models_in(machine, [value])
    tokens, kinds = weights_in(machine, value)
    directory = place_of(machine.world, text(parent(atoms)) if atoms else None, machine.usual)
    name = last(atoms) if atoms else ()
    if name and isinstance(name[-1], str) and machine.knowledge.is_adapter_weights(name[-1]):
        machine.emit(call.node, None, WeightsNamed())
    # the pickled object itself loads back as what it was, tensors with their config beside them as the script knows
    settings = hold_settings(machine, [value, *([beside] if (beside := call.arg("metadata")) is not None else [])])
    whole = isinstance(value, ModelRef) or (settings and bool(tokens))
    left_out, lost = ((), "") if tokens or whole else _left_out(machine, value)
    if not tokens and not whole and not left_out and not _is_plain(machine, kinds):
        if settings:
            machine.emit(call.node, None, SettingsSaved())
        file = place_of(machine.world, text(atoms), machine.usual) if atoms else None
        machine.emit(call.node, None, ObjectSaved(file))
        _keep_unsure(machine, value, directory, call.node)
        return NONE
    oid = oids[0] if oids else kinds
    files = (_file(atoms, directory),) if atoms else ()
    machine.emit(
        call.node,
        oid,
        WeightsSaved(
            tokens=tokens,
            place=directory,
            whole=whole,
            copied=not left_out and not isinstance(record_of(machine, value), WeightsRec),
            files=files,
            path_node=call.written(second),
            view=view_of(machine),
            adapters=left_out,
            lost=lost,
            beside=_holds_layers(machine, value),
            without=copies_left_out(machine, value),
            file=place_of(machine.world, text(atoms), machine.usual) if atoms else None,
            nameless=nameless_in(machine, value),
        ),
    )
    if tokens or whole or left_out:
        keep_weights(machine, tokens, directory, call.node, whole=whole)
    return NONE


def _is_plain(machine: Machine, oid: Oid | None) -> bool:
    """`torch.save(merged.state_dict(), path)`: weights of a model that adapters were folded into, or taken out of."""
    base = machine.world.life.base(oid) if oid is not None else None
    return base is not None and bool(base.merged or base.stripped)


def _holds_layers(machine: Machine, value: Value, deep: int = 2) -> bool:
    """`torch.save(network.state_dict(), ...)`, where the network has a head of the script's own on the model."""
    for leaf in leaves(pick(machine.world, value)):
        if isinstance(leaf, Sym) and leaf.kind == names.PARAMETER:
            return True
        if deep and any(_holds_layers(machine, item, deep - 1) for item in known_items(machine, leaf)):
            return True
    return False


def _left_out(machine: Machine, value: Value) -> tuple[tuple[Oid, ...], Literal["", "gradient", "key"]]:
    """The adapters of which a filter has left nothing, by what takes a gradient
    (`{k: v for k, v in model.state_dict().items() if v.requires_grad}`), or by the keys."""
    if by_key := adapters_left_out(machine, value):
        return by_key, "key"
    if not (_holds_empty(machine, value) or _holds_layers(machine, value)):
        return (), ""
    notes = machine.world.frames.get(NOTES, {})
    by_gradient = tuple(adapter for adapter in machine.world.life.adapters if (adapter, ASKED_DETACHED) in notes)
    return by_gradient, "gradient" if by_gradient else ""


def _holds_empty(machine: Machine, value: Value, deep: int = 2) -> bool:
    """An empty dict, or one in which another is that holds nothing."""
    for leaf in leaves(pick(machine.world, value)):
        record = record_of(machine, leaf)
        if isinstance(record, DictRec):
            if not record.items and not record.open:
                return True
            if deep and any(_holds_empty(machine, item, deep - 1) for item in known_items(machine, leaf)):
                return True
    return False


def _file(atoms: Atoms, directory: Place | None) -> Files:
    """The file that is written, under the script's own name for it; without a folder it lies where the script runs."""
    here = Place(()) if not parent(atoms) else directory
    shown = "".join(atom if isinstance(atom, str) else "..." for atom in last(atoms))
    return Files(here, (shown,), sure="..." not in shown)


def keep_weights(
    machine: Machine, tokens: Sequence[Token], place: Place | None, node: cst.CSTNode, *, whole: bool = False
) -> None:
    """Tensors of adapters are on disk: kept for good once the adapter's config lies beside them."""
    life = machine.world.life
    site = machine.site(node)
    config = place is not None and any(w.what == "config" for w in life.written(place))
    how = Keeping.KEPT if config or whole else Keeping.WEIGHTS
    for token in tokens:
        life.keep(token, how, place, site)
    if place is not None:
        life.write(place, Written("adapter" if config else "weights", tuple(tokens), site))


def _keep_unsure(machine: Machine, value: Value, place: Place | None, node: cst.CSTNode) -> None:
    """What was picked out of the parameters of a model of which nothing is known may be those of its adapters; so may
    what was made of them."""
    life = machine.world.life
    for oid in _parameters_behind(machine, value):
        for adapter in life.held(oid):
            life.keep(life.token(adapter), Keeping.UNSURE, place, machine.site(node))


def _parameters_behind(machine: Machine, value: Value, deep: int = DEEPEST) -> Iterator[Oid]:
    for leaf in leaves(pick(machine.world, value)):
        if isinstance(leaf, Sym):
            for part in parts_behind(leaf.term, machine.made_of, ()):
                if isinstance(part, tuple) and part[:1] == (OF_MODEL,) and part[1] in machine.world.life.models:
                    yield part[1]
                elif isinstance(part, Param) and part.adapter is not None:
                    yield part.model
        for item in known_items(machine, leaf) if deep else ():
            yield from _parameters_behind(machine, item, deep - 1)


def weights_in(machine: Machine, value: Value, deep: int = DEEPEST) -> tuple[tuple[Token, ...], Oid | None]:
    """The adapter contents that a value holds as tensors, and their model."""
    value = machine.settle(value, machine.module.tree)
    life = machine.world.life
    if isinstance(value, ModelRef):
        return tuple(life.token(a) for a in life.held(value.oid)), value.oid
    record = record_of(machine, value)
    if isinstance(record, WeightsRec):
        return tuple(record.tokens), record.model
    tokens: dict[Token, None] = {}
    owner: Oid | None = None
    if isinstance(value, Param) and value.adapter is not None:
        return (life.token(value.adapter),), value.model
    if isinstance(record, (DictRec, ListRec)) or isinstance(value, Tup):
        for item in known_items(machine, value):
            if isinstance(item, Param) or deep:
                found, oid = weights_in(machine, item, deep - 1)
                tokens.update(dict.fromkeys(found))
                owner = owner or oid
    return tuple(tokens), owner


def _save_plain_weights(call: LibCall) -> Value:
    """`accelerator.save_model(model, out)`: model.safetensors with PEFT's keys, and no config of any kind."""
    machine = call.machine
    oid = call.model("model")
    if oid is None:
        return NONE
    life = machine.world.life
    tokens = tuple(life.token(a) for a in life.held(oid))
    place = call.place("save_directory")
    files = (Files(place, ("model.safetensors",)),)
    machine.emit(
        call.node,
        oid,
        WeightsSaved(
            tokens=tokens,
            place=place,
            whole=False,
            copied=False,
            files=files,
            path_node=call.written("save_directory"),
            view=view_of(machine),
        ),
    )
    keep_weights(machine, tokens, place, call.node)
    if not tokens and life.base(oid).merged and place is not None:
        life.write(place, Written("model", life.base(oid).merged, machine.site(call.node), life.root(oid)))
    return NONE


def _save_state(call: LibCall) -> Value:
    """`accelerator.save_state(out)`: a checkpoint to resume from, whatever models it has prepared."""
    machine = call.machine
    life = machine.world.life
    site = machine.site(call.node)
    for model in list(life.adapters.values()):
        content = life.contents.get(life.canonical(model.token))
        if content is not None and content.trained is not Sure.NO:
            life.keep(model.token, Keeping.CHECKPOINT, call.place("output_dir"), site)
    return NONE


def _save_config(call: LibCall) -> Value:
    """`peft_config.save_pretrained(out)`: adapter_config.json and no weights."""
    machine = call.machine
    place = call.place("save_directory")
    if place is None:
        return NONE
    life = machine.world.life
    site = machine.site(call.node)
    life.write(place, Written("config", (), site))
    for written in life.written(place):
        if written.what == "weights":
            for token in written.tokens:
                life.keep(token, Keeping.KEPT, place, site)
    machine.emit(
        call.node, None, ConfigSaved(place=place, path_node=call.written("save_directory"), view=view_of(machine))
    )
    return NONE


VERBS: dict[str, Verb] = {
    "save_weights": _save_weights,
    "save_plain_weights": _save_plain_weights,
    "save_state": _save_state,
    "save_config": _save_config,
}
