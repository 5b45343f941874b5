"""Does an adapter's config go with its tensors? What a load refuses or passes over, by names and shapes alone.

Seen with peft 0.21. Only what no right adapter has is a problem: of LoRA's kin only LoRA itself is held against its
ranks, since others resize or share theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .naming import IN_MODULES, PREFIX
from .tensors import Entry, Tensor

METHODS = frozenset(
    "LORA ADALORA ADAMSS ADAPTION_PROMPT BEFT BOFT C3A CARTRIDGE CPT DEFT DELORA FOURIERFT FROD GLORA GRALORA HIRA HRA "
    "IA3 LILY LN_TUNING LOHA LOKR MISS BONE OFT SHIRA PROMPT_TUNING MULTITASK_PROMPT_TUNING OSF P_TUNING PEANUT POLY "
    "PREFIX_TUNING PSOFT PVERA RANDLORA ROAD SHADOW SUPERTUNING TINYLORA TRAINABLE_TOKENS UNILORA VBLORA VERA WAVEFT "
    "XLORA".split()
)
HALF = re.compile(r"^(.*)\.lora_(?:embedding_)?([AB])(?:\.default)?(?:\.weight)?$")
MAGNITUDE = "lora_magnitude_vector"
OF_TOKENS = ("PROMPT_TUNING", "PREFIX_TUNING", "P_TUNING")
TOKENS = "trainable_tokens_delta"
OF_THE_VOCABULARY = ("embed", "lm_head", "wte", "shared", "output")
FLOATS = ("F32", "F16", "BF16", "F64")
Tensors = Mapping[str, "Tensor | Entry"]


def problems(config: Mapping[str, Any], kind: str, tensors: Tensors) -> Iterator[str]:
    """What makes a load fail, or leave the model as it was."""
    listed = config.get("target_modules")
    if listed and not isinstance(listed, (list, str)):
        yield f"target_modules is {listed!r}: neither names nor a pattern"
    elif kind in IN_MODULES and not config.get("target_parameters"):
        yield from _none_targeted(listed, tensors)
    if config.get("trainable_token_indices") and not any(TOKENS in key for key in tensors):
        yield "trainable_token_indices names tokens, and no tensor is of them: PEFT refuses to load that"
    if kind == "LORA" and not config.get("target_parameters"):
        yield from _halves(tensors)
        yield from _ranks(config, tensors)
        yield from _silent(config, tensors)
    if kind == "LORA":
        yield from _magnitudes(config, tensors)
    if kind in OF_TOKENS:
        yield from _prompts(config, tensors)


def halves(tensors: Tensors) -> dict[str, dict[str, Tensor | Entry]]:
    """A and B of each module, by its name in the base."""
    found: dict[str, dict[str, Tensor | Entry]] = {}
    for key, tensor in tensors.items():
        match = HALF.match(key)
        if match:
            found.setdefault(match.group(1).removeprefix(PREFIX), {})[match.group(2)] = tensor
    return found


def misfits(config: Mapping[str, Any], tensors: Tensors, base: Mapping[str, Entry]) -> Iterator[str]:
    """Where the adapter does not go with the base: modules to save that lack tensors, and halves of LoRA that are not
    as wide as the weight that they are for."""
    lost = [name for name in unsaved(config, tensors) if in_base(name, base)]
    if lost:
        yield f"modules_to_save names {', '.join(lost)}, and no tensor is of it: PEFT refuses to load that"
    if config.get("target_parameters") or config.get("layer_replication") or config.get("use_bdlora"):
        return
    for module, pair in halves(tensors).items():
        weight = base.get(f"{module}.weight")
        if weight is None or len(weight.shape) != 2 or weight.dtype not in FLOATS:
            continue
        if any(word in module.rsplit(".", 1)[-1] for word in OF_THE_VOCABULARY):
            continue  # may have been resized
        sides = {"A": 1, "B": 0}
        for half, side in sides.items():
            if half in pair and len(pair[half].shape) == 2 and pair[half].shape[side] not in weight.shape:
                width, shape = pair[half].shape[side], list(weight.shape)
                yield f"lora_{half} of {module} is made for a width of {width}, but the base's weight is {shape}"
                return


def unsaved(config: Mapping[str, Any], tensors: Tensors) -> list[str]:
    """Names of modules_to_save, where no tensor is of any of them. That is right where the base has no such module:
    PEFT passes over it, and the class of a task names two, `classifier` and `score`, of which a base has one."""
    listed = config.get("modules_to_save")
    names = [name for name in listed if isinstance(name, str) and name] if isinstance(listed, list) else []
    return [] if any(f"{name}." in key for name in names for key in tensors) else list(dict.fromkeys(names))


def in_base(name: str, base: Iterable[str]) -> bool:
    """Has a base, of these weights, a module that goes by this name?"""
    return any(f".{name}." in f".{key}" for key in base)


def without_tensors(
    config: Mapping[str, Any], tensors: Tensors, base: Mapping[str, Entry], layers: int | None = None
) -> list[str]:
    """Modules of the base that are targeted as their like in other layers are, and that have no tensors. Of `layers`
    layers: a checkpoint may hold more, for prediction ahead, which are not loaded."""
    listed = config.get("target_modules")
    narrowed = ("layers_to_transform", "layers_pattern", "exclude_modules", "target_parameters", "layer_replication")
    if not isinstance(listed, list) or any(config.get(name) for name in narrowed):
        return []
    if any(re.search(r"\d", str(name)) for name in listed):
        return []
    there = set(halves(tensors))
    alike = {_anywhere(module) for module in there if _anywhere(module) != module}
    named = {key[: -len(".weight")] for key in base if key.endswith(".weight")}
    if not there & named:
        return []
    lost = sorted(module for module in named - there if _anywhere(module) in alike)
    return [m for m in lost if layers is None or all(int(n) < layers for n in re.findall(r"(?<=layers\.)\d+", m))]


def _anywhere(module: str) -> str:
    return re.sub(r"(?<=\.)\d+(?=\.)", "*", module)


def _none_targeted(listed: Any, tensors: Tensors) -> Iterator[str]:
    if isinstance(listed, list) and listed:
        names = [name for name in listed if isinstance(name, str) and name]
        if names and not any(f".{name}." in f".{key}" for name in names for key in tensors):
            yield f"target_modules names {', '.join(sorted(names))}, but the tensors are of {_some(tensors)}"
    elif isinstance(listed, str) and listed not in ("", "all-linear"):
        modules = list(halves(tensors))
        try:
            matched = not modules or any(re.fullmatch(listed, module) for module in modules)
        except re.error:
            yield f"target_modules is {listed}, which is no pattern"
            return
        if not matched:
            yield f"target_modules is {listed}, but the tensors are of {_some(tensors)}"


def _some(tensors: Tensors) -> str:
    names = sorted({module.rsplit(".", 1)[-1] for module in halves(tensors)})
    return ", ".join(names[:4]) or "other modules"


def _halves(tensors: Tensors) -> Iterator[str]:
    pairs = halves(tensors)
    for half, other in (("A", "B"), ("B", "A")):
        alone = [module for module, pair in pairs.items() if half in pair and other not in pair]
        if alone:
            yield f"{len(alone)} of {len(pairs)} modules have a lora_{half} and no lora_{other}, {alone[0]} among them"


def spectral(config: Mapping[str, Any]) -> bool:
    """Does the adapter begin with a part of the weight itself, which the wrap takes out of it? A weight that is smaller
    than r gives it a smaller rank, at each load the same."""
    begun = config.get("init_lora_weights")
    return isinstance(begun, str) and begun.startswith(("pissa", "olora", "corda"))


def _ranks(config: Mapping[str, Any], tensors: Tensors) -> Iterator[str]:
    rank, pattern = config.get("r", 8), config.get("rank_pattern")
    if config.get("use_bdlora"):
        return
    if type(rank) is not int:
        yield f"r is {rank!r}, which is no rank"
        return
    meant = {rank, *(pattern.values() if isinstance(pattern, dict) else ())}
    for module, pair in halves(tensors).items():
        for half, tensor in pair.items():
            side = 0 if half == "A" else 1
            if (half == "B" and len(tensor.shape) != 2) or len(tensor.shape) <= side or not tensor.size:
                continue  # a convolution's B is divided by its groups
            if tensor.shape[side] not in meant and not (spectral(config) and tensor.shape[side] < rank):
                text = f"r is {rank} in adapter_config.json, but lora_{half} of {module} has rank {tensor.shape[side]}"
                yield f"{text}: a load fails"
                return


def _magnitudes(config: Mapping[str, Any], tensors: Tensors) -> Iterator[str]:
    """DoRA without its magnitudes, and these without DoRA."""
    there = any(MAGNITUDE in key for key in tensors)
    if config.get("use_dora") and not there:
        yield f"use_dora is set, and no tensor is a {MAGNITUDE}: a load begins with new ones"
    elif there and not config.get("use_dora"):
        yield f"a {MAGNITUDE} is there, and use_dora is not set: a load passes over it"


def _prompts(config: Mapping[str, Any], tensors: Tensors) -> Iterator[str]:
    """Virtual tokens of another number than there are rows; of a model with a decoder there may be twice as many."""
    count, shape = config.get("num_virtual_tokens"), getattr(tensors.get("prompt_embeddings"), "shape", None)
    if type(count) is int and shape and shape[0] not in (count, 2 * count):
        yield f"num_virtual_tokens is {count}, but prompt_embeddings has {shape[0]} rows: a load fails"


def _silent(config: Mapping[str, Any], tensors: Tensors) -> Iterator[str]:
    """LoRA that is scaled by zero, and has nothing else in it."""
    pattern = config.get("alpha_pattern")
    if config.get("lora_alpha") == 0 and not (isinstance(pattern, dict) and any(pattern.values())):
        if all(HALF.match(key) for key in tensors):
            yield "lora_alpha is 0: everything that was learned is scaled by zero"
