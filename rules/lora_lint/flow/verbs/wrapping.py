"""Making models and putting adapters on them."""

from __future__ import annotations

import re
from collections.abc import Hashable

from lora_lint.flow.containers import items_of, record_of
from lora_lint.flow.library import LibCall, Verb, as_model
from lora_lint.flow.machine import Machine
from lora_lint.flow.models import TRAITS, kind_of
from lora_lint.flow.strings import atoms_of, place_of
from lora_lint.flow.terms import pick
from lora_lint.flow.values import NONE, TRUE, Const, InstRec, Lib, ModelRef, ObjRef, Sym, Text, Tup, Value
from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import UNKNOWN, BaseModel, Config, Frozen, Oid, PeftModel, Sure, Wrapper, Written

DEFAULT = "default"  # the name PEFT gives an adapter that is given none


# -- loading and building ------------------------------------------------------------------------------------------------


def _load_model(call: LibCall) -> Value:
    """`AutoModel....from_pretrained(name)`: a plain model, or one with an adapter where the directory holds one."""
    machine = call.machine
    first = call.row.params[0]
    place = call.place(first)
    life = machine.world.life
    cls = call.name.rpartition(".")[0].rpartition(".")[2]
    oid = life.create(
        machine.site(call.node), cls, source=_shown(machine, call.arg(first)), quantized=quantization(call)
    )
    machine.emit("created", call.node, oid, cls=cls)
    if place is not None and life.saved_at(place) is not None:
        name = call.plain("adapter_name", DEFAULT)
        frozen = Frozen("loaded", machine.site(call.node))
        adapter = life.adapter(machine.site(call.node), name, "loaded", frozen=frozen, place=place)
        if call.option("adapters"):
            oid = life.wrap(oid, adapter, machine.site(call.node))
        else:
            life.inject(oid, adapter)
    return Tup((ModelRef(oid), call.unknown("tokenizer"))) if call.option("tupled") else ModelRef(oid)


def _build_model(call: LibCall) -> Value:
    """`LlamaForCausalLM(config)`."""
    machine = call.machine
    cls = call.name.rpartition(".")[2]
    if cls in ("from_config", "_from_config"):
        cls = call.name.split(".")[-2]
    oid = machine.world.life.create(machine.site(call.node), cls)
    machine.emit("created", call.node, oid, cls=cls)
    return ModelRef(oid)


def _value_head(call: LibCall) -> Value:
    """trl's value-head models are wrappers of their own; what they hold is not followed."""
    return call.unknown()


def quantization(call: LibCall) -> str:
    """"4bit", "8bit", "maybe" or "": how a model's weights are loaded, by the keywords and the quantization config."""
    config = call.args.kw.get("quantization_config")
    record = record_of(call.machine, call.machine.settle(config, call.node)) if config is not None else None
    fields = record.fields if isinstance(record, InstRec) else call.args.kw
    for bits in ("4bit", "8bit"):
        asked = fields.get(f"load_in_{bits}")
        if asked is not None:
            decided = call.machine.known(asked)
            if decided:
                return bits
            if decided is None:
                return "maybe"
    if config is not None and not isinstance(record, InstRec) and pick(call.machine.world, config) != NONE:
        return "maybe"
    return ""


def _shown(machine: Machine, value: Value | None) -> Hashable:
    atoms = atoms_of(machine.world, value)
    return atoms[0] if atoms is not None and len(atoms) == 1 else atoms


# -- configs -------------------------------------------------------------------------------------------------------------


def config_of(machine: Machine, value: Value | None, call: LibCall) -> Config | None:
    """What is known of an adapter's config when it is put on a model."""
    if value is None:
        return None
    value = machine.settle(value, call.node)
    record = record_of(machine, value)
    if not isinstance(record, InstRec) or not record.lib.startswith("peft."):
        return None
    fields = tuple((name, plain(machine, field)) for name, field in sorted(record.fields.items()))
    return Config(record.lib.rpartition(".")[2], record.site, fields)


def plain(machine: Machine, value: Value) -> Hashable:
    """A value as plain Python data, UNKNOWN where the script computes it."""
    value = pick(machine.world, value)
    if isinstance(value, Const):
        return value.value if isinstance(value.value, Hashable) else UNKNOWN
    if isinstance(value, Lib):  # TaskType.CAUSAL_LM
        return value.name.rpartition(".")[2]
    items = items_of(machine, value, machine.module.tree) if isinstance(value, (Tup, ObjRef)) else None
    if items is not None:
        return tuple(plain(machine, item) for item in items)
    return UNKNOWN


def _load_config(call: LibCall) -> Value:
    """`LoraConfig.from_pretrained(path)`: what save_pretrained wrote has inference_mode true, whatever is asked for."""
    site = call.machine.site(call.node)
    lib = call.name.rpartition(".")[0]
    fields: dict[str, Value] = {name: value for name, value in call.args.kw.items() if name != "inference_mode"}
    fields["inference_mode"] = TRUE
    fields["loaded"] = TRUE
    return ObjRef(call.machine.world.new(site, InstRec(None, lib, fields, site)))


def _maybe_config(call: LibCall) -> Value:
    """trl's `get_peft_config(model_args)`: a config, or None where the options say so."""
    return Sym(("config", call.machine.site(call.node)), kind="peft.PeftConfig")


def _frozen_by(call: LibCall, config: Config | None) -> Frozen | None:
    if config is not None and config.get("inference_mode") is True:
        return Frozen("config", config.site)
    return None


def _name(call: LibCall, param: str = "adapter_name", default: str | None = DEFAULT) -> Hashable:
    value = call.arg(param)
    if value is None:
        return default if not call.args.open else None
    if isinstance(value, Const):
        return value.value
    if isinstance(value, Sym):
        return value.term
    return value.parts if isinstance(value, Text) else None


# -- wrapping ------------------------------------------------------------------------------------------------------------


def _wrap(call: LibCall) -> Value:
    """`get_peft_model(model, config)`, `PeftModel(model, config)`, `LoraModel(model, config, name)`."""
    machine = call.machine
    oid = call.model("model")
    if oid is None:
        return call.unknown()
    config = config_of(machine, call.arg("peft_config") or call.args.kw.get("config"), call)
    wrapped = put_on(call, oid, config, tuner=bool(call.option("tuner")), name=_name(call))
    return ModelRef(wrapped)


def unmatched_by(machine: Machine, oid: Oid, config: Config | None) -> tuple[str, tuple[str, ...], tuple[str, ...]] | None:
    """Target modules that the model's family does not have: (family, those, what it has); None where all is well."""
    targets = config.get("target_modules") if config is not None else None
    base = machine.world.life.base(oid)
    source = base.source
    if isinstance(source, tuple) and source in machine.usual:
        source = machine.usual[source].value
    if not isinstance(targets, tuple) or not targets or not isinstance(source, str):
        return None
    if not all(isinstance(name, str) and name.isidentifier() for name in targets):
        return None
    return machine.knowledge.unmatched_modules(source, targets)


def put_on(
    call: LibCall, oid: Oid, config: Config | None, *, name: Hashable = DEFAULT, tuner: bool = False, by: str = "call"
) -> Oid:
    """Wraps a model in a PeftModel with a new adapter."""
    machine = call.machine
    life = machine.world.life
    site = machine.site(call.node)
    new_tokens = (life.root(oid), "new tokens") in machine.world.frames.get(TRAITS, {})
    event = machine.emit("wrapped", call.node, oid, by=by, config=config, name=name, new_tokens=new_tokens, unmatched=unmatched_by(machine, oid, config))
    adapter = life.adapter(site, name, "created", frozen=_frozen_by(call, config), config=config)
    wrapped = life.wrap(oid, adapter, site, tuner=tuner, task=task_of(config), extended=by == "keywords")
    event.facts = {**event.facts, "result": wrapped, "adapter": adapter}
    return wrapped


def task_of(config: Config | None) -> str | None:
    """The task type that decides the class of the PeftModel; None where it is not known."""
    if config is None or "loaded" in dict(config.fields) or "**" in dict(config.fields):
        return None
    task = config.get("task_type")
    return "" if task is None else task if isinstance(task, str) else None


def _wrap_keywords(call: LibCall) -> Value:
    """unsloth: the config's fields are keywords of the call."""
    oid = call.model("model")
    if oid is None:
        return call.unknown()
    machine = call.machine
    fields = tuple((name, plain(machine, value)) for name, value in sorted(call.args.kw.items()) if name != "model")
    config = Config("LoraConfig", machine.site(call.node), (*fields, ("task_type", "CAUSAL_LM")))
    return ModelRef(put_on(call, oid, config, by="keywords"))


def _load_peft(call: LibCall) -> Value:
    """`PeftModel.from_pretrained(base, path)`."""
    machine = call.machine
    oid = call.model("model")
    if oid is None:
        return call.unknown()
    return ModelRef(_loaded_on(call, oid, call.place("model_id"), auto=False))


def _load_auto_peft(call: LibCall) -> Value:
    """`AutoPeftModelForCausalLM.from_pretrained(path)`: loads the base model by itself."""
    machine = call.machine
    cls = call.name.rpartition(".")[0].rpartition(".")[2].replace("Peft", "")
    oid = machine.world.life.create(machine.site(call.node), cls, quantized=quantization(call))
    machine.emit("created", call.node, oid, cls=cls)
    return ModelRef(_loaded_on(call, oid, call.place("pretrained_model_name_or_path"), auto=True))


def _loaded_on(call: LibCall, oid: Oid, place: Place | None, *, auto: bool) -> Oid:
    machine = call.machine
    life = machine.world.life
    site = machine.site(call.node)
    name = _name(call)
    if place is not None and "subfolder" in call.args.kw:
        inner = place_of(machine.world, call.args.kw["subfolder"], machine.usual)
        place = place._replace(segments=(*place.segments, *inner.segments)) if inner is not None else None
    event = machine.emit("loaded", call.node, oid, place=place, auto=auto, name=name, onto="base", trainable=call.plain("is_trainable", False))
    adapter = life.adapter(site, name, "loaded", frozen=frozen_on_load(call), place=place)
    lies_there(machine, place, adapter, site)
    wrapped = life.wrap(oid, adapter, site)
    event.facts = {**event.facts, "result": wrapped, "adapter": adapter}
    return wrapped


def lies_there(machine: Machine, place: Place | None, adapter: Oid, site: object) -> None:
    """What is loaded from a directory lies in it."""
    life = machine.world.life
    if place is not None and life.saved_at(place) is None:
        life.write(place, Written("adapter", (life.token(adapter),), site))


def frozen_on_load(call: LibCall) -> Frozen | None:
    """Adapters are loaded frozen unless `is_trainable` is true; where it is not known they are taken to train."""
    trainable = call.arg("is_trainable")
    decided = call.machine.known(trainable) if trainable is not None else (None if call.args.open else False)
    return Frozen("loaded", call.machine.site(call.node)) if decided is False else None


# -- further adapters ----------------------------------------------------------------------------------------------------


def _add_adapter(call: LibCall) -> Value:
    """`PeftModel.add_adapter(name, config)`: there, not active. transformers' signature raises here."""
    machine = call.machine
    life = machine.world.life
    oid = _receiver(call)
    peft = life.peft(oid)
    if peft is None:
        return call.unknown()
    name, config = call.arg("adapter_name"), call.arg("peft_config")
    swapped = isinstance(record_of(machine, name), InstRec) if name is not None else False
    known = _name(call, default=None)
    problem = ""
    if (swapped or name is None or config is None) and not call.args.open:
        problem = "signature"
    elif any(existing == known for existing, _ in peft.adapters) and known is not None:
        problem = "name"
    event = machine.emit("added", call.node, oid, name=known, problem=problem, integration=False)
    if problem:
        return machine.fail(call.node, "TypeError" if problem == "signature" else "ValueError", oid)
    adapter = life.adapter(machine.site(call.node), known, "created", config=config_of(machine, config, call))
    life.add(oid, adapter)
    event.facts = {**event.facts, "adapter": adapter}
    return NONE


def _load_adapter(call: LibCall) -> Value:
    """`PeftModel.load_adapter(path, name)`."""
    machine = call.machine
    life = machine.world.life
    oid = _receiver(call)
    peft = life.peft(oid)
    if peft is None:
        return call.unknown()
    place = call.place("model_id")
    name = _name(call)
    event = machine.emit("loaded", call.node, oid, place=place, auto=False, name=name, onto="peft", trainable=call.plain("is_trainable", False))
    existing = dict(peft.adapters).get(name)
    adapter = life.adapter(machine.site(call.node), name, "loaded", frozen=frozen_on_load(call), place=place)
    if existing is not None:  # the weights go into the adapter that is there
        life.replace_adapter(existing, token=life.token(adapter), origin="loaded")
        if not call.plain("is_trainable", False):
            life.freeze(existing, frozen_on_load(call))
    else:
        life.add(oid, adapter)
    event.facts = {**event.facts, "adapter": existing or adapter}
    return call.unknown()


def _inject(call: LibCall) -> Value:
    """transformers' `model.add_adapter(config)`, and `inject_adapter_in_model(config, model)`."""
    machine = call.machine
    life = machine.world.life
    oid = call.model("model") if call.option("receiver") == "model" else _receiver(call)
    if oid is None:
        return call.unknown()
    config = config_of(machine, call.arg("adapter_config") or call.arg("peft_config"), call)
    name = _name(call)
    base = life.base(oid)
    taken = not call.option("bare") and any(life.adapters[layer].name == name for layer in base.layers) and base.integration
    event = machine.emit("added", call.node, oid, name=name, problem="name" if taken else "", integration=True, config=config, unmatched=unmatched_by(machine, oid, config))
    if taken:
        return machine.fail(call.node, "ValueError", oid)
    adapter = life.adapter(machine.site(call.node), name, "created", frozen=_frozen_by(call, config), config=config)
    life.inject(oid, adapter)
    event.facts = {**event.facts, "adapter": adapter}
    return ModelRef(oid) if call.option("receiver") == "model" else NONE


def _inject_loaded(call: LibCall) -> Value:
    """transformers' `model.load_adapter(path)`."""
    machine = call.machine
    life = machine.world.life
    oid = _receiver(call)
    place = call.place("peft_model_id")
    name = _name(call)
    event = machine.emit("loaded", call.node, oid, place=place, auto=False, name=name, onto="integration", trainable=call.plain("is_trainable", False))
    adapter = life.adapter(machine.site(call.node), name, "loaded", frozen=frozen_on_load(call), place=place)
    life.inject(oid, adapter)
    event.facts = {**event.facts, "adapter": adapter}
    return NONE


def _receiver(call: LibCall) -> Oid:
    assert isinstance(call.receiver, ModelRef)
    return call.receiver.oid


def receiver(call: LibCall) -> Oid:
    """The model whose method is called."""
    return _receiver(call)


# -- wrappers of other kinds ---------------------------------------------------------------------------------------------


def _around(call: LibCall) -> Value:
    """`torch.compile(model)`, `DistributedDataParallel(model)`."""
    machine = call.machine
    value = call.arg(call.row.params[0])
    if not isinstance(value, ModelRef):
        return value if value is not None else call.unknown()
    kind = call.option("kind")
    machine.emit("around", call.node, value.oid, wrapper=kind)
    return ModelRef(machine.world.life.around(kind, value.oid, machine.site(call.node)))


def _inner(call: LibCall) -> Value:
    """`PeftModel.get_base_model()`: the plain model inside, adapter layers and all."""
    life = call.machine.world.life
    oid = _receiver(call)
    peft = life.peft(oid)
    return ModelRef(life.unwrapped(peft.base)) if peft is not None else ModelRef(oid)


def _unwrapped(call: LibCall) -> Value:
    """`accelerator.unwrap_model(model)`."""
    value = call.arg("model")
    if isinstance(value, ModelRef):
        life = call.machine.world.life
        oid = value.oid
        model = life.models[oid]
        while isinstance(model, Wrapper) and (model.kind == "parallel" or call.plain("keep_torch_compile", True) is False):
            oid = model.inner
            model = life.models[oid]
        return ModelRef(oid)
    return value if value is not None else call.unknown()


def _prepare_all(call: LibCall) -> Value:
    """`accelerator.prepare(model, optimizer, loader)`: the same objects, in a plain run."""
    values = tuple(call.machine.settle(arg, call.node) for arg in call.args.pos)
    for value in values:
        if isinstance(value, ModelRef):
            call.machine.emit("prepared", call.node, value.oid)
    return values[0] if len(values) == 1 else Tup(values, call.args.open)


def _plain_model(call: LibCall) -> Value:
    return call.unknown(models=frozenset([_receiver(call)]))


def _unbound(call: LibCall) -> Value:
    """`LlamaForCausalLM.save_pretrained(model, out)`."""
    from lora_lint.flow.machine import Args

    method = call.option("method") or call.name.rpartition(".")[2]
    if not call.args.pos:
        return call.unknown()
    oid = as_model(call.machine, call.args.pos[0], call.node)
    if oid is None:
        return call.unknown()
    rest = Args(call.args.pos[1:], call.args.kw, call.args.open)
    return call.machine.call(call.machine.get(ModelRef(oid), method, call.node), rest, call.node)


def class_of(cls: str) -> str:
    """The class a model turns out to be, as people say it: `AutoModelForCausalLM` gives "model for causal LM"."""
    return re.sub(r"^Auto", "", cls) or "model"


VERBS: dict[str, Verb] = {
    "load_model": _load_model,
    "build_model": _build_model,
    "value_head": _value_head,
    "load_config": _load_config,
    "maybe_config": _maybe_config,
    "wrap": _wrap,
    "wrap_keywords": _wrap_keywords,
    "load_peft": _load_peft,
    "load_auto_peft": _load_auto_peft,
    "add_adapter": _add_adapter,
    "load_adapter": _load_adapter,
    "inject": _inject,
    "inject_loaded": _inject_loaded,
    "around": _around,
    "inner": _inner,
    "unwrapped": _unwrapped,
    "prepare_all": _prepare_all,
    "plain_model": _plain_model,
    "unbound": _unbound,
}
__all__ = ["VERBS", "BaseModel", "PeftModel", "Sure", "config_of", "kind_of", "plain", "put_on", "receiver", "task_of"]
