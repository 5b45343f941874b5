"""Writing to disk and to the hub."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import libcst as cst

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.containers import record_of
from lora_lint.flow.machine import Machine
from lora_lint.flow.models import NOTES, SET_ON_MODELS
from lora_lint.flow.values import NONE, TRUE, Const, DictRec, Param, Value, WeightsRec
from lora_lint.flow.verbs.merging import names_given
from lora_lint.flow.verbs.pipelines import has_lora_layers, is_pipeline
from lora_lint.flow.view import view_of
from lora_lint.flow.weights import parameters
from lora_lint.flow.worlds.settled import measures
from lora_lint.flow.worlds.terms import known
from lora_lint.lifecycle.files import CARD, Files, adapter_files, model_files, pipeline_files, saved_adapters
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import Keeping, Oid, PeftModel, Written


def is_temporary(place: Place | None) -> bool:
    """Inside a TemporaryDirectory: gone when its block ends."""
    return place is not None and any(
        isinstance(atom, tuple) and atom[:1] == ("temporary",) for segment in place.segments for atom in segment
    )


CHECKPOINT_FOLDER = "checkpoint-*"  # stands for those that a trainer makes


def is_checkpoint(place: Place | None) -> bool:
    """A directory that a trainer made for a checkpoint, be it written by a method of the script."""
    return place is not None and (CHECKPOINT_FOLDER,) in place.segments


def save_model(
    machine: Machine,
    oid: Oid,
    place: Place | None,
    node: cst.CSTNode,
    *,
    how: str,
    selected: frozenset[Hashable] | None = None,
    old: bool = False,
    state: str = "",
    extra: Sequence[str] = (),
    keeping: Keeping = Keeping.KEPT,
    path_node: cst.CSTNode | None = None,
    **facts: Any,
) -> None:
    """Saves a model as its kind does it: adapters only, or the whole model; records what is kept and what lies where.

    `state` says what a `state_dict=` argument holds: "" none or right, "empty" no key that PEFT looks for,
    "compiled" keys with the prefix of torch.compile, which load as nothing.
    """
    life = machine.world.life
    site = machine.site(node)
    adapters = saved_adapters(life, oid, selected)
    emptied = life.emptied(oid)
    base = life.base(oid)
    peft = life.peft(oid)
    wraps = peft is not None and not peft.tuner
    integration = peft is None and base.integration and bool(base.layers) and life.trait(oid, "part") is None
    full = not wraps and not integration and (base.known or bool(base.merged or base.stripped))
    if is_temporary(place):
        keeping = Keeping.TEMPORARY
    elif is_checkpoint(place):
        keeping = Keeping.CHECKPOINT
    files: list[Files] = []
    if full and is_pipeline(base):
        files += pipeline_files(place)
    elif full:
        files.append(model_files(life, oid, place)._replace(names=(*model_files(life, oid, place).names, *extra)))
    elif emptied and peft is not None:
        files += [adapter_files(place, name, old=old) for name, _ in peft.adapters]
    else:
        named = [adapter_files(place, "default" if integration else life.adapters[a].name, old=old) for a in adapters]
        files += [f._replace(names=tuple(n for n in f.names if n != CARD)) if integration else f for f in named]
    if not full and extra and files:
        files[0] = files[0]._replace(names=(*files[0].names, *extra))
    event = machine.emit(
        "saved",
        node,
        oid,
        place=place,
        how=how,
        full=full,
        emptied=emptied,
        state=state,
        selected=selected,
        adapters=tuple(adapters),
        tokens=tuple(life.token(a) for a in adapters),
        files=tuple(files),
        found=tuple(_already(machine, place)) if place is not None else (),
        path_node=path_node,
        view=view_of(machine),
        lora_inside=has_lora_layers(machine, oid),
        sharded=_is_sharded(machine, oid),
        chosen=any(measures(term) for term in machine.world.assumed),
        overridden=(oid, "state_dict") in machine.world.frames.get(SET_ON_MODELS, {}),
        **facts,
    )
    lost = emptied or state in ("empty", "compiled")
    for adapter, written in zip(adapters, files, strict=False):
        token = life.token(adapter)
        if not lost:
            life.keep(token, keeping, written.place, site)
            if written.place is not None:
                life.write(written.place, Written("adapter", (token,), site, oid, keeping is Keeping.TEMPORARY))
    if full and place is not None:
        life.write(place, Written("model", (*base.merged, *base.stripped), site, life.root(oid)))
    if emptied and place is not None:
        life.write(place, Written("emptied", (), site, oid))
    if base.merged or base.stripped:
        if peft is None:
            life.replace_base(oid, used=True)
    event.facts = {**event.facts, "lost": lost}


def _is_sharded(machine: Machine, oid: Oid) -> bool:
    """This process holds a part of every parameter only."""
    return machine.world.frames.get(NOTES, {}).get((machine.world.life.unwrapped(oid), "sharded")) == TRUE


def _already(machine: Machine, place: Place) -> list[tuple[Written, bool]]:
    """What lies at a place already: (entry, surely the same place and surely written)."""
    found: list[tuple[Written, bool]] = []
    for other, literal in machine.world.life.places_like(place):
        for written in machine.world.life.disk[other]:
            truths = [(known(machine.world, term), holds) for term, holds in written.when]
            if any(truth is not None and truth is not holds for truth, holds in truths):
                continue
            found.append((written, literal and all(truth is not None for truth, _ in truths)))
    return found


def _save(call: LibCall) -> Value:
    """`model.save_pretrained(out)`."""
    machine = call.machine
    oid = call.target()
    place = call.place("save_directory")
    names = names_given(call, "selected_adapters")
    state = state_of(call, oid, call.args.kw.get("state_dict"))
    given = call.args.kw.get("state_dict")
    save_model(
        machine,
        oid,
        place,
        call.node,
        how="save_pretrained",
        selected=frozenset(names) if names is not None else None,
        old=call.plain("safe_serialization", machine.knowledge.writes_safetensors()) is False,
        state=state,
        given_state=given is not None and given != NONE and state != "own",
        with_embeddings=call.plain("save_embedding_layers", "auto") is True,
        path_node=call.written("save_directory"),
    )
    if call.plain("push_to_hub", False) is True:
        _push_place(call, oid, call.place("repo_id", hub=True) or place)
    return call.unknown()


def state_of(call: LibCall, oid: Oid, value: Value | None) -> str:
    """What `state_dict=` makes of a save: "" right, "filtered" or "empty" where PEFT finds no key, "unknown"; for a
    plain model "own" where it holds the adapter's layers as the model itself does, else "given"."""
    if value is None:
        return ""
    machine = call.machine
    value = machine.settle(value, call.node)
    if value == NONE:
        return ""
    life = machine.world.life
    record = record_of(machine, value)
    if life.peft(oid) is None:
        own = isinstance(record, WeightsRec) and record.keys == "own" and life.root(record.model) == life.root(oid)
        return "own" if own else "given"
    if isinstance(record, WeightsRec):
        if record.keys == "adapter":
            return "filtered"
        if record.keys == "prefixed":
            return "empty"
        inner = life.unwrapped(record.model)
        return "" if isinstance(life.models[inner], PeftModel) or life.unwrapped(oid) == inner else "empty"
    if isinstance(record, DictRec):
        keys = [key.value for key, item in record.items if isinstance(key, Const) and isinstance(item, Param)]
        if not record.items:
            return "unknown" if record.open else "empty"
        if len(keys) != len(record.items):
            return "unknown"
        return (
            ""
            if any(_looked_for(life, oid, key) for key in keys)
            else "unknown"
            if record.open and not keys
            else "empty"
        )
    return "unknown"


def _looked_for(life: Life, oid: Oid, key: object) -> bool:
    """Does PEFT take this key for one of the adapter's own?"""
    return any(param.key == key and param.adapter is not None for param in parameters(life, life.unwrapped(oid)))


def _push(call: LibCall) -> Value:
    """`model.push_to_hub(repo)`."""
    _push_place(call, call.target(), call.place("repo_id", hub=True))
    return call.unknown()


def _push_place(call: LibCall, oid: Oid, place: Place | None) -> None:
    hub = place._replace(hub=True) if place is not None else None
    save_model(call.machine, oid, hub, call.node, how="push_to_hub", path_node=call.written("repo_id"))


def _save_merged(call: LibCall) -> Value:
    """`model.save_pretrained_merged(out, tokenizer, save_method=...)`: merges a copy; "lora" saves the adapter."""
    machine = call.machine
    oid = call.target()
    hub = bool(call.option("hub"))
    place = call.place(call.row.params[0], hub=hub)
    method = call.plain("save_method", "merged_16bit")
    life = machine.world.life
    if method == "lora":
        save_model(machine, oid, place, call.node, how="save_pretrained", path_node=call.written(call.row.params[0]))
        return NONE
    tokens = tuple(life.token(a) for a in life.held(oid))
    exported = bool(call.option("format"))  # a GGUF file is no model that from_pretrained takes by itself
    machine.emit(
        "exported" if exported else "merged_copy_saved",
        call.node,
        oid,
        place=place,
        tokens=tokens,
        found=tuple(_already(machine, place)) if place else (),
        files=() if exported else (model_files(life, oid, place)._replace(sure=False),),
    )
    if place is not None and not exported:
        life.write(place, Written("model", tokens, machine.site(call.node), life.root(oid)))
    return NONE


VERBS: dict[str, Verb] = {"save": _save, "push": _push, "save_merged": _save_merged}
