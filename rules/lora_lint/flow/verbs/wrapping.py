"""Making models and putting adapters on them."""

from __future__ import annotations

from collections.abc import Hashable

import libcst as cst

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.machine import Machine
from lora_lint.flow.models import LOADED_BY
from lora_lint.flow.objects.containers import items_of, record_of
from lora_lint.flow.objects.instances import ATTRIBUTES
from lora_lint.flow.values import NONE, Const, DictRec, InstRec, Lib, ListRec, ModelRef, ObjRef, Sym, Text, Tup, Value
from lora_lint.flow.verbs.checkpointing import note_wrap
from lora_lint.flow.verbs.networks import heads_of
from lora_lint.flow.view import view_of
from lora_lint.flow.worlds.terms import leaves, pick
from lora_lint.flow.worlds.world import NOTES, mentions
from lora_lint.knowledge import keys, names
from lora_lint.lifecycle.events.models import Head, Wrapped
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.match import EITHER
from lora_lint.lifecycle.records import DEFAULT, UNKNOWN, Config, Frozen, Oid


def config_of(machine: Machine, value: Value | None, call: LibCall) -> Config | None:
    """What is known of an adapter's config when it is put on a model."""
    if value is None:
        return None
    value = machine.settle(value, call.node)
    record = record_of(machine, value)
    if not isinstance(record, InstRec) or not record.lib.startswith(names.ADAPTER_CONFIGS):
        return None
    fields = tuple((name, plain(machine, field)) for name, field in sorted(record.fields.items()))
    cls = record.lib.rpartition(".")[2]
    return Config(cls, record.site, fields, _astray(machine, cls, record))


def _astray(machine: Machine, cls: str, record: InstRec) -> tuple[str, ...]:
    """Modules that a field of a config names, and the one that it is a part of does not. Only lists are compared."""
    found: list[list[str]] = []
    for name in keys.PART_OF.get(cls, ()):
        named = record.fields.get(name, NONE)
        items = items_of(machine, named, machine.module.tree)
        texts = [item.value for item in items or () if isinstance(item, Const) and isinstance(item.value, str)]
        if items is None or len(texts) < len(items) or not isinstance(record_of(machine, named), ListRec):
            return ()
        found.append(texts)
    return tuple(name for name in found[0] if name not in found[1]) if found else ()


def plain(machine: Machine, value: Value) -> Hashable:
    """A value as plain Python data, UNKNOWN where the script computes it."""
    value = pick(machine.world, value)
    if isinstance(value, Const):
        return UNKNOWN if isinstance(value.value, (list, dict, set)) else value.value
    if isinstance(value, Lib) and value.name.startswith(names.ADAPTER_CONFIGS):  # TaskType.CAUSAL_LM
        return value.name.rpartition(".")[2]
    items = items_of(machine, value, machine.module.tree) if isinstance(value, (Tup, ObjRef)) else None
    if items is not None:
        return tuple(plain(machine, item) for item in items)
    return UNKNOWN


def frozen_by(config: Config | None) -> Frozen | None:
    """How the config of a new adapter freezes it; None where it does not. Whatever is true counts: "False" is."""
    if config is None or config.cls in keys.NEVER_FROZEN:
        return None
    asked = config.get("inference_mode")
    return Frozen("config", config.site) if asked != UNKNOWN and asked else None


def name_of(call: LibCall, param: str = "adapter_name", default: str | None = DEFAULT) -> Hashable:
    value = call.arg(param)
    if value is None:
        return default if not call.args.open else None
    if isinstance(value, Const):
        name: Hashable = value.value
        return name
    if isinstance(value, Sym):
        return value.term
    return ("text", value) if isinstance(value, Text) else None


def _wrap(call: LibCall) -> Value:
    """`get_peft_model(model, config)`, `PeftModel(model, config)`, `LoraModel(model, config, name)`."""
    machine = call.machine
    oid = call.model("model")
    if oid is None:
        return call.unknown()
    part_by_family(machine, oid, call.node)
    config = config_of(machine, call.arg("peft_config") or call.args.kw.get("config"), call)
    mixed = bool(call.option("mixed")) or call.plain("mixed", False) is True
    tuner, own = bool(call.option("tuner")), heads_of(machine, call.arg("model"))
    wrapped = put_on(call, oid, config, tuner=tuner, mixed=mixed, name=name_of(call), own=own)
    _with_those_it_mixes(call, wrapped)
    return ModelRef(wrapped)


def _with_those_it_mixes(call: LibCall, wrapped: Oid) -> None:
    """A method that mixes other adapters loads them, each by the number of its place, and saves them beside its own."""
    machine = call.machine
    life = machine.world.life
    config = record_of(machine, call.arg("peft_config") or call.args.kw.get("config") or NONE)
    field = keys.MIXED.get(config.lib.rpartition(".")[2]) if isinstance(config, InstRec) else None
    if field is None or not isinstance(config, InstRec):
        return
    named = record_of(machine, config.fields.get(field, NONE))
    known = isinstance(named, DictRec) and not named.open
    site = machine.site(call.node)
    for place in range(len(named.items)) if isinstance(named, DictRec) and known else ("mixed",):
        name = str(place) if known else (place, site)
        life.add(wrapped, life.adapter((site, place), name, "loaded", frozen=Frozen("loaded", site)))


def unmatched_by(
    machine: Machine, oid: Oid, config: Config | None
) -> tuple[str, tuple[str, ...], tuple[str, ...]] | None:
    """Target modules that the model's family does not have: (family, those, what it has); None where all is well.

    The default of an option does not count: a script is often run with another model.
    """
    targets = config.get("target_modules") if config is not None else None
    base = machine.world.life.base(oid)
    if isinstance(targets, str):
        beside = task_of(config) is None or (config is not None and config.get("target_parameters") is not None)
        return (
            machine.knowledge.unmatched_modules(_loaded_by(machine, oid), base.cls, targets)
            if base.known and not beside
            else None
        )
    if not isinstance(targets, tuple) or not targets:
        return None
    if not all(isinstance(name, str) and name.isidentifier() for name in targets):
        return None
    return machine.knowledge.unmatched_modules(_loaded_by(machine, oid), base.cls, targets)


def _loaded_by(machine: Machine, oid: Oid) -> Hashable:
    """The name that a model was loaded by, be it one on this path and another one on others."""
    source = machine.world.life.base(oid).source
    if source != EITHER:
        return source
    told = _told(machine, oid)
    return told.value if isinstance(told, Const) else None


def _told(machine: Machine, oid: Oid) -> Value:
    return pick(machine.world, machine.world.frames.get(NOTES, {}).get((machine.world.life.root(oid), LOADED_BY), NONE))


def part_by_family(machine: Machine, oid: Oid, node: cst.CSTNode) -> None:
    """Parts the paths on which a model is one of another family: what its adapter is put on may go with that."""
    if machine.world.life.base(oid).source == EITHER:
        told = _told(machine, oid)
        families = {machine.knowledge.family(leaf.value) for leaf in leaves(told) if isinstance(leaf, Const)}
        if len(families - {None}) > 1:
            machine.settle(told, node)


def _new_head(machine: Machine, oid: Oid) -> Head | None:
    """The head of a model that has a new one."""
    life = machine.world.life
    if not life.trait(oid, "new head"):
        return None
    source = source_of(machine, oid)
    found = machine.knowledge.head_of(life.base(oid).cls, source)
    return Head(*found, source if isinstance(source, str) else "") if found is not None else None


def source_of(machine: Machine, oid: Oid) -> Hashable:
    """The name that a model was loaded by: of an option, its default, except on a path that has asked for the name."""
    source = machine.world.life.base(oid).source
    if not isinstance(source, tuple) or source not in machine.usual:
        return source
    return source if any(mentions(asked, source) for asked in machine.world.assumed) else machine.usual[source].value


def tied(machine: Machine, oid: Oid) -> tuple[str, ...]:
    """What embeddings are called, where input and output of the model are one weight, and the script has not set it
    otherwise."""
    life = machine.world.life
    owner, setting = machine.knowledge.tying_setting()
    changed = machine.world.frames.get(ATTRIBUTES, {}).get((("attribute", life.root(oid), owner), setting))
    holds = life.trait(oid, "tied") is True if changed is None else machine.known(changed) is True
    if not holds or not machine.knowledge.writes_tokens(life.base(oid).cls):
        return ()
    return machine.knowledge.embeddings()


def put_on(
    call: LibCall,
    oid: Oid,
    config: Config | None,
    *,
    name: Hashable = DEFAULT,
    tuner: bool = False,
    mixed: bool = False,
    by: str = "call",
    inside: tuple[Oid, ...] = (),
    own: tuple[str, ...] = (),
) -> Oid:
    """Wraps a model in a PeftModel with a new adapter; `inside` are those that were merged into it for that,
    `own` the new layers of a network of the script's own, which is wrapped as a whole."""
    machine = call.machine
    life = machine.world.life
    site = machine.site(call.node)
    new_tokens = (life.root(oid), "new tokens") in machine.world.frames.get(NOTES, {})
    event = machine.emit(
        call.node,
        oid,
        Wrapped(
            by=by,
            config=config,
            name=name,
            new_tokens=new_tokens,
            unmatched=unmatched_by(machine, oid, config),
            tied=tied(machine, oid),
            embeddings=machine.knowledge.embeddings_of(source_of(machine, oid)),
            view=view_of(machine),
            inside=inside,
            head=_new_head(machine, oid),
            own=own,
        ),
    )
    adapter = life.adapter(site, name, "created", frozen=frozen_by(config), config=config)
    prompt = config is not None and config.cls in keys.PROMPT_CONFIGS
    life.replace_adapter(adapter, half=_is_half(call, oid, config), beside=prompt)
    note_wrap(machine, oid)
    wrapped = life.wrap(oid, adapter, site, tuner=tuner, mixed=mixed, task=task_of(config), extended=by == "keywords")
    event.facts = event.facts._replace(result=wrapped, adapter=adapter)
    return wrapped


def _is_half(call: LibCall, oid: Oid, config: Config | None) -> bool:
    """get_peft_model casts float16 LoRA weights up to float32, but not the copies that modules_to_save asks for."""
    if not call.machine.world.life.trait(oid, "half"):
        return False
    copies = config.get("modules_to_save") if config is not None else None
    return call.plain("autocast_adapter_dtype", True) is False or (isinstance(copies, tuple) and bool(copies))


def task_of(config: Config | None) -> str | None:
    """The task type that decides the class of the PeftModel; None where it is not known."""
    if config is None or config.open:
        return None
    task = config.get("task_type")
    return "" if task is None else task if isinstance(task, str) else None


def _wrap_keywords(call: LibCall) -> Value:
    """unsloth: the config's fields are keywords of the call. A PeftModel comes back as it is; with an adapter of other
    settings it is refused."""
    oid = call.model("model")
    if oid is None:
        return call.unknown()
    machine = call.machine
    fields = tuple((name, plain(machine, value)) for name, value in sorted(call.args.kw.items()) if name != "model")
    config = Config("LoraConfig", machine.site(call.node), (*fields, ("task_type", "CAUSAL_LM")))
    if machine.world.life.peft(oid) is None:
        return ModelRef(put_on(call, oid, config, by="keywords"))
    differs = _differing(machine.world.life, oid, config, call.option("compares"))
    if not differs:
        return ModelRef(oid)
    machine.emit(call.node, oid, Wrapped(by="keywords", config=config, name=DEFAULT, differs=differs))
    return machine.fail(call.node, "TypeError", oid)


def _differing(life: Life, oid: Oid, config: Config, compared: tuple[str, ...]) -> str:
    """A setting of a model's adapter that both calls write down, and not the same; "" where none is known to differ."""
    peft = life.peft(oid)
    there = life.adapters[dict(peft.adapters)[DEFAULT]].config if peft and DEFAULT in dict(peft.adapters) else None
    if not isinstance(there, Config):
        return ""
    for name in compared:
        mine, theirs = (_as_set(each.get(name)) for each in (config, there))
        if UNKNOWN not in (mine, theirs) and None not in (mine, theirs) and mine != theirs:
            return name
    return ""


def _as_set(value: Hashable) -> Hashable:
    """Names of modules stand in any order."""
    if not isinstance(value, tuple):
        return value
    return UNKNOWN if UNKNOWN in value else frozenset(value)


VERBS: dict[str, Verb] = {"wrap": _wrap, "wrap_keywords": _wrap_keywords}
