"""Which files a save writes: the prediction that the runner holds against the disk.

Seen with peft 0.21.2, transformers 5.23.0 and trl 1.16.0 on a tiny model; `make prove` sees it again for every page.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import BaseModel, Oid, PeftModel

CONFIG = "adapter_config.json"
WEIGHTS = "adapter_model.safetensors"
OLD_WEIGHTS = "adapter_model.bin"
ADAPTER_FILES = (CONFIG, WEIGHTS, OLD_WEIGHTS)
CARD = "README.md"
DIFFUSION = ("config.json", "diffusion_pytorch_model.safetensors")
PIPELINE_WEIGHTS = "pytorch_lora_weights.safetensors"
PARTS = ("parts",)  # stands for the names of a pipeline's models
GENERATES = (  # in the name of a class
    "CausalLM", "LanguageModel", "ConditionalGeneration", "Seq2SeqLM", "LMHead", "Vision2Seq", "ImageTextToText",
    "SpeechSeq2Seq", "MultimodalLM",
)  # fmt: skip


class Files(NamedTuple):
    """Files of one place. `sure` is false where a class or an option that the script does not show decides."""

    place: Place | None
    names: tuple[str, ...]
    sure: bool = True


def adapter_files(place: Place | None, name: Hashable, *, old: bool = False) -> Files:
    """What PEFT writes for one adapter: `default` goes to the directory itself, any other to a folder of its name."""
    if name != "default" and place is not None:
        place = _below(place, name if isinstance(name, str) else ("adapter", name))
    return Files(place, (CARD, CONFIG, OLD_WEIGHTS if old else WEIGHTS), sure=isinstance(name, str))


def model_files(life: Life, oid: Oid, place: Place | None) -> Files:
    """What is written for a whole model: config, weights, and for models that generate their settings."""
    base = life.base(oid)
    if dict(base.traits).get("part") == "diffusion":
        return Files(place, DIFFUSION)
    names = ["config.json", "model.safetensors"]
    if any(word in base.cls for word in GENERATES) or dict(base.traits).get("generates"):
        names.insert(1, "generation_config.json")
    return Files(place, tuple(names), sure=bool(base.cls) and base.cls != "AutoModel" and not may_be_adapted(base))


def may_be_adapted(base: BaseModel) -> bool:
    """Loaded from a place that only the run knows, or by a library that takes an adapter's as well, it may be one's:
    then the model holds it, and saves it."""
    computed = base.source is not None and not isinstance(base.source, str)
    either = dict(base.traits).get("may be adapted") is not None
    return (computed or either) and not (base.merged or base.stripped or base.layers)


def pipeline_files(place: Place | None) -> tuple[Files, ...]:
    """What diffusers writes for a pipeline: an index, and a folder for each of its models."""
    inside = _below(place, PARTS) if place is not None else None
    return Files(place, ("model_index.json",)), Files(inside, DIFFUSION)


def _below(place: Place, atom: Hashable) -> Place:
    usual = (*place.usual, (atom,)) if place.usual else ()
    return place._replace(segments=(*place.segments, (atom,)), usual=usual)


def misnamed(life: Life, oid: Oid, selected: frozenset[Hashable] | None) -> list[str]:
    """What `selected_adapters` names and no adapter is called: `save_pretrained` raises ValueError (peft 0.21)."""
    model = life.models[life.unwrapped(oid)]
    names = [name for name, _ in model.adapters] if isinstance(model, PeftModel) and model.known else []
    if not names or not all(isinstance(name, str) for name in names):
        return []
    return sorted(name for name in selected or () if isinstance(name, str) and name not in names)


def _picked(held: dict[Oid, Hashable], selected: frozenset[Hashable]) -> list[Oid]:
    """The adapters that these names pick out. A name that is computed, and is none of theirs, may be any."""
    names = set(held.values())
    astray = [name for name in selected if name not in names]
    computed = any(not isinstance(name, str) for name in astray)
    return [
        adapter
        for adapter, name in held.items()
        if name in selected or computed or (astray and not isinstance(name, str))
    ]


def saved_adapters(life: Life, oid: Oid, selected: frozenset[Hashable] | None) -> list[Oid]:
    """The adapters that `save_pretrained` of this object writes; none for a plain model."""
    model = life.models[life.unwrapped(oid)]
    if isinstance(model, PeftModel) and not model.tuner:
        held = [adapter for _, adapter in model.adapters if adapter in life.base(oid).layers]
        return held if selected is None else _picked({a: life.adapters[a].name for a in held}, selected)
    if isinstance(model, BaseModel) and model.integration and model.layers and life.trait(oid, "part") is None:
        return [a for a in model.layers if life.adapters[a].name in model.active]
    return []
