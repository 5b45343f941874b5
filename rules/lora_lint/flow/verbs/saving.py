"""Writing to disk and to the hub."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.machine import Machine
from lora_lint.flow.models import SET_ON_MODELS
from lora_lint.flow.objects.containers import record_of
from lora_lint.flow.objects.weights import parameters
from lora_lint.flow.values import NONE, TRUE, Const, DictRec, Param, Value, WeightsRec
from lora_lint.flow.verbs.merging import names_given
from lora_lint.flow.verbs.networks import heads_on
from lora_lint.flow.verbs.pipelines import has_lora_layers, is_pipeline
from lora_lint.flow.view import view_of
from lora_lint.flow.worlds.settled import is_chosen
from lora_lint.flow.worlds.terms import known, pick
from lora_lint.flow.worlds.world import FLAGS
from lora_lint.lifecycle.disk import lying
from lora_lint.lifecycle.events.disk import Exported, MergedCopySaved, Saved
from lora_lint.lifecycle.files import CARD, Files, adapter_files, misnamed, model_files, pipeline_files, saved_adapters
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.places import CHECKPOINT_FOLDER, Place
from lora_lint.lifecycle.records import DEFAULT, Keeping, Oid, PeftModel, Written


def is_temporary(place: Place | None) -> bool:
    """Inside a TemporaryDirectory: gone when its block ends."""
    return place is not None and place.temporary


COPIES = 200  # that are looked through at a save: as much work as a step


def is_checkpoint(place: Place | None) -> bool:
    """A directory that a trainer made for a checkpoint, be it written by a method of the script."""
    return place is not None and (CHECKPOINT_FOLDER,) in place.segments


def save_model(
    machine: Machine, oid: Oid, node: cst.CSTNode, asked: Saved, *, old: bool = False, extra: Sequence[str] = ()
) -> None:
    """Saves a model as its kind does it: adapters only, or the whole model; records what is kept and what lies where.

    `asked` is what the call says of the save: where to, how, which adapters, with which `state_dict=`. `old` asks for
    the weights under PEFT's old name; `extra` files are written beside.
    """
    life = machine.world.life
    unknown = misnamed(life, oid, asked.selected) if life.root(oid) not in machine.handed else []
    adapters = saved_adapters(life, oid, asked.selected) if not unknown else []
    emptied = life.emptied(oid)
    saved = asked._replace(
        full=_is_full(life, oid),
        emptied=emptied,
        lost=emptied or asked.state in ("empty", "compiled"),
        adapters=tuple(adapters),
        misnamed=tuple(unknown),
        tokens=tuple(life.token(a) for a in adapters),
        files=_files(life, oid, asked.place, adapters, old=old, extra=extra),
        found=tuple(_already(machine, asked.place)) if asked.place is not None else (),
        view=view_of(machine),
        lora_inside=has_lora_layers(machine, oid),
        sharded=_is_sharded(machine, oid),
        chosen=is_chosen(machine.world.assumed),
        heads=heads_on(machine, oid) if adapters else (),
        overridden=(oid, "state_dict") in machine.world.frames.get(SET_ON_MODELS, {}),
    )
    machine.emit(node, oid, saved)
    _write(life, oid, machine.site(node), saved)
    contents = [life.contents.get(life.canonical(token)) for token in saved.tokens]
    copies = sum(len(content.kept) for content in contents if content is not None)
    machine.steps += (copies + len(life.disk)) // COPIES


def _in_place(life: Life, oid: Oid) -> bool:
    """Adapters that transformers itself added, and saves alone."""
    base = life.base(oid)
    return life.peft(oid) is None and base.integration and bool(base.layers) and life.trait(oid, "part") is None


def _is_full(life: Life, oid: Oid) -> bool:
    """Is it the whole model that is written?"""
    base, peft = life.base(oid), life.peft(oid)
    wraps = peft is not None and not peft.tuner
    return not wraps and not _in_place(life, oid) and (base.known or bool(base.merged or base.stripped))


def _files(
    life: Life, oid: Oid, place: Place | None, adapters: list[Oid], *, old: bool, extra: Sequence[str]
) -> tuple[Files, ...]:
    """What is written where, `extra` files beside the first."""
    peft = life.peft(oid)
    if _is_full(life, oid):
        if is_pipeline(life.base(oid)):
            return pipeline_files(place)
        files = [model_files(life, oid, place)]
    elif life.emptied(oid) and peft is not None:
        files = [adapter_files(place, name, old=old) for name, _ in peft.adapters]
    elif _in_place(life, oid):
        files = [adapter_files(place, DEFAULT, old=old) for _ in adapters]
        files = [f._replace(names=tuple(n for n in f.names if n != CARD)) for f in files]
    else:
        files = [adapter_files(place, life.adapters[a].name, old=old) for a in adapters]
    return tuple(f._replace(names=(*f.names, *(extra if f is files[0] else ()))) for f in files)


def _write(life: Life, oid: Oid, site: object, saved: Saved) -> None:
    """What is kept from now on, and what lies where."""
    place, base = saved.place, life.base(oid)
    keeping = Keeping.TEMPORARY if is_temporary(place) else Keeping.CHECKPOINT if is_checkpoint(place) else Keeping.KEPT
    for token, written in zip(saved.tokens, saved.files, strict=False):
        if not saved.lost:
            life.keep(token, keeping, written.place, site)
            if written.place is not None:
                life.write(written.place, Written("adapter", (token,), site, oid, keeping is Keeping.TEMPORARY))
    if life.peft(oid) is None and not base.known:  # its class may write the layers that sit inside it
        for adapter in base.layers:
            life.keep(life.token(adapter), Keeping.UNSURE, None, site)
    if saved.full and place is not None:
        life.write(place, Written("model", (*base.merged, *base.stripped), site, life.root(oid)))
    if saved.emptied and place is not None:
        life.write(place, Written("emptied", (), site, oid))
    life.use(oid)


def _is_sharded(machine: Machine, oid: Oid) -> bool:
    """This process holds a part of every parameter only."""
    flag = machine.world.frames.get(FLAGS, {}).get((machine.world.life.unwrapped(oid), "sharded"))
    return flag is not None and pick(machine.world, flag) == TRUE


def _already(machine: Machine, place: Place) -> list[tuple[Written, bool]]:
    """What lies at a place already: (entry, surely the same place and surely written)."""
    found: list[tuple[Written, bool]] = []
    for other, literal in machine.world.life.places_like(place):
        there: list[tuple[Written, bool]] = []
        for written in machine.world.life.disk[other]:
            truths = [(known(machine.world, term), holds) for term, holds in written.when]
            if any(truth is not None and truth is not holds for truth, holds in truths):
                continue
            there.append((written, literal and all(truth is not None for truth, _ in truths)))
        found += there[len(there) - len(lying([written for written, _ in there])) :]
    return found


def _save(call: LibCall) -> Value:
    """`model.save_pretrained(out)`."""
    machine = call.machine
    oid = call.target()
    place = call.place("save_directory")
    names = names_given(call, "selected_adapters")
    state = state_of(call, oid, call.args.kw.get("state_dict"))
    given = call.args.kw.get("state_dict")
    embeddings = call.plain("save_embedding_layers", "auto")
    asked = Saved(
        place,
        "save_pretrained",
        state,
        given_state=given is not None and given != NONE and state not in ("own", "layers"),
        with_embeddings=embeddings if embeddings in (True, False, "auto") else None,
        selected=frozenset(names) if names is not None else None,
        path_node=call.written("save_directory"),
    )
    old = call.plain("safe_serialization", machine.knowledge.writes_safetensors()) is False
    save_model(machine, oid, call.node, asked, old=old)
    if call.plain("push_to_hub", False) is True:
        _push_place(call, oid, call.place("repo_id", hub=True) or place)
    return call.unknown()


def state_of(call: LibCall, oid: Oid, value: Value | None) -> str:
    """What `state_dict=` makes of a save: "" right, "filtered" or "empty" where PEFT finds no key, "unknown"; for a
    plain model "own" where it holds all as the model itself does, "layers" where it holds those of the adapter so, else
    "given"."""
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
        return "own" if own else "layers" if _holds_layers_of(life, oid, record) else "given"
    if isinstance(record, WeightsRec):
        if record.keys == "adapter":  # of the model inside, its keys begin otherwise
            return "filtered" if life.peft(record.model) is not None else "empty"
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


def _holds_layers_of(life: Life, oid: Oid, record: object) -> bool:
    """Are all that a dict holds tensors of adapters, under the keys that they have in the plain model?"""
    if not isinstance(record, DictRec) or record.open or not record.items:
        return False
    own = {param.key for param in parameters(life, oid) if param.adapter is not None}
    return all(isinstance(key, Const) and key.value in own for key, _ in record.items)


def _looked_for(life: Life, oid: Oid, key: object) -> bool:
    """Does PEFT take this key for one of the adapter's own?"""
    return any(param.key == key and param.adapter is not None for param in parameters(life, life.unwrapped(oid)))


def _push(call: LibCall) -> Value:
    """`model.push_to_hub(repo)`."""
    _push_place(call, call.target(), call.place("repo_id", hub=True))
    return call.unknown()


def _push_place(call: LibCall, oid: Oid, place: Place | None) -> None:
    hub = place._replace(hub=True) if place is not None else None
    save_model(call.machine, oid, call.node, Saved(hub, "push_to_hub", path_node=call.written("repo_id")))


def _save_merged(call: LibCall) -> Value:
    """`model.save_pretrained_merged(out, tokenizer, save_method=...)`: merges a copy; "lora" saves the adapter."""
    machine = call.machine
    oid = call.target()
    hub = bool(call.option("hub"))
    place = call.place(call.row.params[0], hub=hub)
    method = call.plain("save_method", "merged_16bit")
    life = machine.world.life
    if method == "lora":
        asked = Saved(place, "save_pretrained", path_node=call.written(call.row.params[0]))
        save_model(machine, oid, call.node, asked)
        return NONE
    tokens = tuple(life.token(a) for a in life.held(oid))
    if call.option("format"):  # a GGUF file is no model that from_pretrained takes by itself
        machine.emit(call.node, oid, Exported(place))
        return NONE
    files = (model_files(life, oid, place)._replace(sure=False),)
    found = tuple(_already(machine, place)) if place is not None else ()
    machine.emit(call.node, oid, MergedCopySaved(tokens, place, files, found))
    if place is not None:
        life.write(place, Written("model", tokens, machine.site(call.node), life.root(oid)))
    return NONE


VERBS: dict[str, Verb] = {"save": _save, "push": _push, "save_merged": _save_merged}
