"""Adapters that are loaded, and further ones on a model that has one."""

from __future__ import annotations

from collections.abc import Hashable

from lora_lint.flow.calls.foreign import hand_over
from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.containers import record_of
from lora_lint.flow.objects.strings import place_of
from lora_lint.flow.values import NONE, InstRec, ModelRef, Value
from lora_lint.flow.verbs.checkpointing import note_wrap
from lora_lint.flow.verbs.heads import labels_beside
from lora_lint.flow.verbs.loading import quantization
from lora_lint.flow.verbs.other_base import made_for
from lora_lint.flow.verbs.reused import by_its_old_name
from lora_lint.flow.verbs.wrapping import config_of, frozen_by, name_of, tied, unmatched_by
from lora_lint.flow.view import view_of
from lora_lint.flow.worlds.terms import lasting
from lora_lint.lifecycle.events.models import Added, Created, Loaded
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import BaseModel, Frozen, Oid, Written
from lora_lint.lifecycle.trace import Event


def _load_peft(call: LibCall) -> Value:
    """`PeftModel.from_pretrained(base, path)`."""
    oid = call.model("model")
    if oid is None:
        return call.unknown()
    return ModelRef(_loaded_on(call, oid, call.place("model_id"), auto=False))


def _load_auto_peft(call: LibCall) -> Value:
    """`AutoPeftModelForCausalLM.from_pretrained(path)`: loads the base model by itself."""
    machine = call.machine
    cls = call.name.rpartition(".")[0].rpartition(".")[2].replace("Peft", "")
    life = machine.world.life
    traits = labels_beside(call, cls)
    oid = life.create(machine.site(call.node), cls, quantized=quantization(call), traits=traits)
    machine.emit(call.node, oid, Created())
    return ModelRef(_loaded_on(call, oid, call.place("pretrained_model_name_or_path"), auto=True))


def _loaded_on(call: LibCall, oid: Oid, place: Place | None, *, auto: bool) -> Oid:
    machine = call.machine
    life = machine.world.life
    site = machine.site(call.node)
    name = name_of(call)
    if place is not None and "subfolder" in call.args.kw:
        inner = place_of(machine.world, call.args.kw["subfolder"], machine.usual)
        place = place._replace(segments=(*place.segments, *inner.segments)) if inner is not None else None
    event = machine.emit(
        call.node,
        oid,
        Loaded(
            place=place,
            auto=auto,
            name=name,
            onto="base",
            view=view_of(machine),
            path_node=call.written("pretrained_model_name_or_path" if auto else "model_id"),
            by_old_name=not auto and by_its_old_name(call, oid, "model"),
            made_for="" if auto else made_for(machine, oid, place),
            tolerant="ignore_mismatched_sizes" in call.args.kw or machine.catches("RuntimeError"),
        ),
    )
    adapter = life.adapter(site, name, "loaded", frozen=frozen_on_load(call), place=place)
    note_undecided(call, adapter)
    note_wrap(machine, oid)
    _replace_namesakes(life, oid, adapter)
    lies_there(machine, place, adapter, site)
    wrapped = life.wrap(oid, adapter, site, mixed=bool(call.option("mixed")))
    event.facts = event.facts._replace(result=wrapped, adapter=adapter)
    return wrapped


def lies_there(machine: Machine, place: Place | None, adapter: Oid, site: object) -> None:
    """What is loaded from a directory lies in it."""
    life = machine.world.life
    if place is not None and life.saved_at(place) is None:
        life.write(place, Written("adapter", (life.token(adapter),), site, found=True))


def frozen_on_load(call: LibCall) -> Frozen | None:
    """Adapters are loaded frozen unless `is_trainable` is true; where it is not known they are taken to train."""
    trainable = call.arg("is_trainable")
    decided = call.machine.known(trainable) if trainable is not None else (None if call.args.open else False)
    return Frozen("loaded", call.machine.site(call.node)) if decided is False else None


def _replace_namesakes(life: Life, oid: Oid, adapter: Oid) -> None:
    """Layers that another PeftModel has put into the same base under this name hold the loaded weights from now on,
    frozen where they were loaded so: 8 open tensors before, none after (peft 0.21.2)."""
    new = life.adapters[adapter]
    for other in life.base(oid).layers if isinstance(life.models[oid], BaseModel) else ():
        if other != adapter and life.adapters[other].name == new.name and isinstance(new.name, str):
            life.replace_adapter(other, token=life.token(adapter))
            life.freeze(other, new.frozen)


def note_undecided(call: LibCall, adapter: Oid) -> None:
    """Where it is not known yet whether an adapter loads trainable, a test of the script may decide it later."""
    trainable = call.arg("is_trainable")
    if trainable is not None and call.machine.known(trainable) is None:
        call.machine.world.life.replace_adapter(adapter, undecided=trainable)


def _add_adapter(call: LibCall) -> Value:
    """`PeftModel.add_adapter(name, config)`: there, not active. transformers' signature raises here."""
    machine = call.machine
    life = machine.world.life
    oid = call.target()
    peft = life.peft(oid)
    if peft is None:
        return call.unknown()
    name, config = call.arg("adapter_name"), call.arg("peft_config")
    swapped = isinstance(record_of(machine, name), InstRec) if name is not None else False
    known = name_of(call, default=None)
    problem = ""
    if (swapped or name is None or config is None) and not call.args.open:
        problem = "signature"
    elif any(existing == known for existing, _ in peft.adapters) and known is not None and lasting(known):
        problem = "name"
    event = machine.emit(call.node, oid, Added(name=known, problem=problem, integration=False))
    if problem:
        error = "TypeError" if problem == "signature" else "ValueError"
        return machine.fail(call.node, error, oid, needless=problem == "name")
    adapter = life.adapter(machine.site(call.node), known, "created", config=config_of(machine, config, call))
    life.add(oid, adapter)
    event.facts = event.facts._replace(adapter=adapter)
    return NONE


def _load_adapter(call: LibCall) -> Value:
    """`PeftModel.load_adapter(path, name)`."""
    machine = call.machine
    life = machine.world.life
    oid = call.target()
    peft = life.peft(oid)
    if peft is None:
        return call.unknown()
    place = call.place("model_id")
    name = name_of(call)
    event = _loaded(call, oid, place, name, onto="peft")
    existing = dict(peft.adapters).get(name)
    adapter = life.adapter(machine.site(call.node), name, "loaded", frozen=frozen_on_load(call), place=place)
    if existing is not None:  # the weights go into the adapter that is there, as trainable as it was
        life.replace_adapter(existing, token=life.token(adapter), origin="loaded")
    else:
        life.add(oid, adapter)
    trainable = call.plain("is_trainable") is True
    event.facts = event.facts._replace(adapter=existing or adapter, trainable=trainable)
    return call.unknown()


def _loaded(call: LibCall, oid: Oid, place: Place | None, name: Hashable, onto: str) -> Event[Loaded]:
    """The event of an adapter that is loaded into a model which is there."""
    return call.machine.emit(call.node, oid, Loaded(place, onto, name, made_for=made_for(call.machine, oid, place)))


def _inject(call: LibCall) -> Value:
    """transformers' `model.add_adapter(config)`, and `inject_adapter_in_model(config, model)`."""
    machine = call.machine
    life = machine.world.life
    oid = call.model("model") if call.option("receiver") == "model" else call.target()
    if oid is None:
        return call.unknown()
    config = config_of(machine, call.arg("adapter_config") or call.arg("peft_config"), call)
    name = name_of(call)
    base = life.base(oid)
    taken = (
        not call.option("bare")
        and base.integration
        and lasting(name)
        and any(life.adapters[layer].name == name for layer in base.layers)
    )
    event = machine.emit(
        call.node,
        oid,
        Added(
            name=name,
            problem="name" if taken else "",
            integration=True,
            config=config,
            unmatched=unmatched_by(machine, oid, config),
            tied=tied(machine, oid),
            view=view_of(machine),
        ),
    )
    if taken:
        return machine.fail(call.node, "ValueError", oid, needless=True)
    adapter = life.adapter(machine.site(call.node), name, "created", frozen=frozen_by(config), config=config)
    life.replace_adapter(adapter, half=bool(life.trait(oid, "half")))
    if call.option("bare"):
        life.put_in(oid, adapter)  # save_pretrained knows nothing of it
    else:
        life.inject(oid, adapter)
    event.facts = event.facts._replace(adapter=adapter)
    return ModelRef(oid) if call.option("receiver") == "model" else NONE


def _inject_loaded(call: LibCall) -> Value:
    """transformers' `model.load_adapter(path)`."""
    machine = call.machine
    life = machine.world.life
    oid = call.target()
    if not call.args.kw.keys().isdisjoint(call.option("others", ())):
        hand_over(machine, [ModelRef(oid)], call.node)
        return call.unknown()
    place = call.place("peft_model_id")
    name = name_of(call)
    event = _loaded(call, oid, place, name, onto="integration")
    adapter = life.adapter(machine.site(call.node), name, "loaded", frozen=frozen_on_load(call), place=place)
    life.inject(oid, adapter)
    event.facts = event.facts._replace(adapter=adapter)
    return NONE


VERBS: dict[str, Verb] = {
    "load_peft": _load_peft,
    "load_auto_peft": _load_auto_peft,
    "add_adapter": _add_adapter,
    "load_adapter": _load_adapter,
    "inject": _inject,
    "inject_loaded": _inject_loaded,
}
