"""diffusers pipelines: a bundle of models, with LoRA weights loaded into its parts."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.machine import Machine
from lora_lint.flow.models import SET_ON_MODELS
from lora_lint.flow.values import FALSE, NONE, TRUE, Const, ModelRef, Value
from lora_lint.flow.view import view_of
from lora_lint.flow.worlds.world import NOTES
from lora_lint.knowledge import keys, kinds
from lora_lint.lifecycle.events.disk import WeightsSaved
from lora_lint.lifecycle.events.models import Created, Fused, Loaded, Unfused
from lora_lint.lifecycle.files import PIPELINE_WEIGHTS as WEIGHTS
from lora_lint.lifecycle.files import Files
from lora_lint.lifecycle.records import BaseModel, Keeping, Oid, Sure, Token


def has_lora_layers(machine: Machine, oid: Oid) -> bool:
    """Are LoRA layers inside of this pipeline or part? Fusing and unfusing leave them there.

    What was last done to a part itself counts before what was done to its pipeline.
    """
    notes = machine.world.frames.get(NOTES, {})
    own = notes.get((oid, "lora layers"))
    parts = [notes.get((part, "lora layers")) for part in _adapted_parts(machine, oid)]
    if own is not None:
        return own == TRUE and all(part != FALSE for part in parts)
    held = machine.world.frames.get(SET_ON_MODELS, {})
    owners = [owner for (owner, name), value in held.items() if name in kinds.ADAPTED_PARTS and value == ModelRef(oid)]
    return any(notes.get((owner, "lora layers")) == TRUE for owner in owners)


def _adapted_parts(machine: Machine, oid: Oid) -> list[Oid]:
    """The parts of a pipeline that have been looked at, of those with LoRA layers."""
    held = machine.world.frames.get(SET_ON_MODELS, {})
    parts = [held.get((oid, name)) for name in sorted(kinds.ADAPTED_PARTS)]
    return [part.oid for part in parts if isinstance(part, ModelRef)]


def _note_layers(machine: Machine, oid: Oid, inside: bool) -> None:
    """Notes for a pipeline with its parts, or for a part, whether LoRA layers are in it."""
    for part in _adapted_parts(machine, oid):
        machine.world.frame(NOTES).pop((part, "lora layers"), None)
    machine.world.frame(NOTES)[oid, "lora layers"] = Const(inside)


def _load_pipeline(call: LibCall) -> Value:
    """`DiffusionPipeline.from_pretrained(name)`; parts that are given by keyword are those objects."""
    machine = call.machine
    life = machine.world.life
    cls = call.name.rpartition(".")[0].rpartition(".")[2]
    oid = life.create(machine.site(call.node), cls, traits=(("pipeline", True),))
    for name, value in call.args.kw.items():
        value = machine.settle(value, call.node)
        if name in kinds.PIPELINE_PARTS and isinstance(value, ModelRef):
            machine.world.frame(SET_ON_MODELS)[oid, name] = value
    machine.emit(call.node, oid, Created())
    return ModelRef(oid)


def is_pipeline(model: BaseModel) -> bool:
    return dict(model.traits).get("pipeline") is True


def component(machine: Machine, oid: Oid, model: BaseModel, name: str, node: cst.CSTNode) -> Value | None:
    """`pipe.unet`: a model of its own, made when it is first asked for."""
    if not is_pipeline(model) or name not in kinds.PIPELINE_PARTS:
        return None
    traits = () if name.startswith("text_encoder") else (("part", "diffusion"),)
    part = machine.world.life.create(machine.site(node), f"{name} of {model.cls}", traits=traits)
    machine.world.frame(SET_ON_MODELS)[oid, name] = ModelRef(part)
    return ModelRef(part)


def _pipeline_load(call: LibCall) -> Value:
    """`pipe.load_lora_weights(path)`."""
    machine = call.machine
    life = machine.world.life
    oid = call.target()
    adapter = life.adapter(
        machine.site(call.node),
        call.plain("adapter_name", "default_0"),
        "loaded",
        place=call.place("pretrained_model_name_or_path"),
    )
    life.put_in(oid, adapter)
    _note_layers(machine, oid, True)
    machine.emit(
        call.node,
        oid,
        Loaded(place=call.place("pretrained_model_name_or_path"), onto="pipeline", looks_for=_looks_for(call, oid)),
    )
    return NONE


def _looks_for(call: LibCall, oid: Oid) -> str:
    """How the keys begin that a pipeline takes for its own. An option may name the file, or another beginning."""
    asked = {*call.args.kw} - {"pretrained_model_name_or_path_or_dict", "adapter_name"}
    model = call.machine.world.life.base(oid)
    return keys.LOOKED_FOR.get(model.cls, "") if model.known and not asked and not call.args.open else ""


def _fuse(call: LibCall) -> Value:
    """`pipe.fuse_lora()`: folded into the weights, the layers stay."""
    call.machine.world.frame(NOTES)[call.target(), "fused"] = TRUE
    call.machine.emit(call.node, call.target(), Fused())
    return NONE


def _unfuse(call: LibCall) -> Value:
    """`pipe.unfuse_lora()`: taken out of the weights again."""
    call.machine.world.frame(NOTES).pop((call.target(), "fused"), None)
    call.machine.emit(call.node, call.target(), Unfused())
    return NONE


def _pipeline_unload(call: LibCall) -> Value:
    """`pipe.unload_lora_weights()`: the layers go; what was fused stays in the weights."""
    machine, oid = call.machine, call.target()
    life, site = machine.world.life, machine.site(call.node)
    fused = machine.world.frames.get(NOTES, {}).get((oid, "fused")) == TRUE
    for part in _adapted_parts(machine, oid):
        if life.base(part).layers:
            (life.merge if fused else life.unload)(part, site)
    merged = [token for part in _adapted_parts(machine, oid) for token in life.base(part).merged]
    if merged:  # whoever saves the pipeline saves its parts
        life.replace_base(oid, merged=tuple(merged), merged_at=site)
    life.replace_base(oid, layers=())
    _note_layers(machine, oid, False)
    return NONE


def _pipeline_save(call: LibCall) -> Value:
    """`Pipeline.save_lora_weights(out, unet_lora_layers=...)`: the adapters of the weights it is given are kept."""
    from lora_lint.flow.verbs.tensors import weights_in

    machine = call.machine
    life = machine.world.life
    given = [weights_in(machine, value) for value in call.args.kw.values()]
    tokens = tuple(dict.fromkeys(token for found, _ in given for token in found))
    owner = next((oid for found, oid in given if found and oid is not None), None)
    _write_weights(call, owner, tokens)
    if not tokens:  # weights of unknown origin: they may be those of any adapter that was trained
        for adapter in list(life.adapters.values()):
            if life.content(adapter.token).trained is not Sure.NO:
                life.keep(adapter.token, Keeping.UNSURE, call.place("save_directory"), machine.site(call.node))
    return NONE


def _save_lora_adapter(call: LibCall) -> Value:
    """diffusers' `unet.save_lora_adapter(out)`."""
    life = call.machine.world.life
    _write_weights(call, call.target(), tuple(life.token(adapter) for adapter in life.held(call.target())))
    return NONE


def _write_weights(call: LibCall, owner: Oid | None, tokens: tuple[Token, ...]) -> None:
    """One file of weights that pipelines load as an adapter, without a config beside it."""
    machine = call.machine
    place = call.place("save_directory")
    name = call.plain("weight_name", None) or WEIGHTS
    plain = isinstance(name, str) and call.plain("safe_serialization", True) is True
    names = (name if isinstance(name, str) else WEIGHTS,)
    machine.emit(
        call.node,
        owner,
        WeightsSaved(
            tokens=tokens,
            adapters=tuple(dict.fromkeys(token[0] for token in tokens)),
            place=place,
            how="save_lora_weights",
            whole=True,
            copied=False,
            files=(Files(place, names, sure=plain),),
            path_node=call.written("save_directory"),
            view=view_of(machine),
        ),
    )
    for token in tokens:
        machine.world.life.keep(token, Keeping.KEPT, place, machine.site(call.node))


VERBS: dict[str, Verb] = {
    "load_pipeline": _load_pipeline,
    "pipeline_load": _pipeline_load,
    "pipeline_unload": _pipeline_unload,
    "pipeline_save": _pipeline_save,
    "fuse": _fuse,
    "unfuse": _unfuse,
    "save_lora_adapter": _save_lora_adapter,
}
