"""An adapter recovered from a merged model: merged minus base, factored by singular values. Needs torch and PEFT.

The rank of each module is the number of singular values that rounding cannot explain (see `precision`), or the one that
was asked for. What is of full rank was trained in full, and goes to modules_to_save. The adapter is loaded onto a fresh
base again and merged: it counts as recovered when that is the merged model, in the precision of its format.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from . import differing, precision
from .words import words

WHOLE_BELOW = 1024  # matrices up to this side are factored in full
LEAST_PAIRED = 0.5
# how far a weight of the reloaded and merged model may be from the one it was recovered from, in steps of its format
STEPS = 8.0
TASKS = {
    "ForCausalLM": "CAUSAL_LM", "LMHeadModel": "CAUSAL_LM", "ForSequenceClassification": "SEQ_CLS",
    "ForTokenClassification": "TOKEN_CLS", "ForQuestionAnswering": "QUESTION_ANS",
    "ForConditionalGeneration": "SEQ_2_SEQ_LM",
}  # fmt: skip


class Unrecoverable(Exception):
    """There is no adapter to be had; the text says why."""


class Part(NamedTuple):
    """What was found for one weight: two factors, or None where it was trained in full."""

    key: str
    rank: int
    factors: tuple[Any, Any] | None


def recover(merged: str, base: str, base_name: str, out: str, rank: int | None = None) -> dict[str, Any]:
    """Recovers the adapter in the model at `merged` into `out`. Raises Unrecoverable, Unreadable."""
    changed, old = differing.weights(merged), differing.weights(base)
    pairs = differing.paired(changed, old)
    if len(pairs) < LEAST_PAIRED * len(changed):
        raise Unrecoverable(
            f"{len(changed) - len(pairs)} of {len(changed)} tensors have no "
            f"counterpart in {base_name}: it is the base of another model"
        )
    kinds = module_kinds(merged)
    parts, whole = [], sorted(set(changed) - set(pairs))
    for key, other in pairs.items():
        if changed[key].shape != old[other].shape:
            whole.append(key)
            continue
        new = precision.as_computed(precision.torch_of(changed[key]))
        before = precision.torch_of(old[other]).to(new.dtype)
        if bool((new == before).all()):
            continue
        part = factored(key, new, before, kinds.get(key.rpartition(".")[0], "Linear"), rank)
        if part.factors is not None:
            parts.append(part)
        elif part.rank:
            whole.append(key)
    if not parts and not whole:
        raise Unrecoverable(f"every weight is that of {base_name}: no adapter was merged into this model")
    if not parts:
        raise Unrecoverable(
            f"no weight differs from {base_name} by a product of low rank: the model was trained "
            f"in full or by a method whose merge is none (DoRA), or {base_name} is not its base"
        )
    written = write(parts, whole, merged, base, base_name, out, kinds)
    steps, worst = reloaded(changed, base, out, merged)
    return {
        "modules": len(parts),
        "rank": written["r"],
        "ranks": sorted({p.rank for p in parts}),
        "target_modules": sorted(written["target_modules"]),
        "modules_to_save": sorted({key.split(".")[-2] for key in whole if not key.endswith(".bias")}),
        "types": sorted({t.dtype for t in changed.values()}),
        "steps": round(steps, 2),
        "worst": worst,
        "ok": steps <= STEPS,
    }


def factored(key: str, new: Any, before: Any, kind: str, rank: int | None) -> Part:
    """Factors what was added to one weight. A rank of 0 is rounding only, -1 no weight that a LoRA layer is made
    for."""
    if (
        not key.endswith(".weight")
        or new.dim() not in (2, 4)
        or kind not in ("Linear", "Conv1D", "Embedding", "Conv2d")
    ):
        return Part(key, -1, None)
    difference = new.double() - before.double()
    matrix = difference.flatten(1)
    limit = precision.edge(new.flatten(1), matrix, new.dtype)
    most = min(matrix.shape) // 2
    left, values, right = _singular(matrix, limit, most, rank)
    seen = int((values > limit).sum())
    used = min(rank, len(values)) if rank is not None else seen
    if not seen:
        return Part(key, 0, None)
    if rank is None and seen > most:
        return Part(key, seen, None)
    root = values[:used].sqrt()
    return Part(key, used, ((left[:, :used] * root).float(), (right[:, :used] * root).T.float()))


def _singular(matrix: Any, limit: float, most: int, rank: int | None) -> tuple[Any, Any, Any]:
    """Singular vectors and values, as many as are above the limit."""
    import torch

    if min(matrix.shape) <= WHOLE_BELOW:
        left, values, right = torch.linalg.svd(matrix, full_matrices=False)
        return left, values, right.mT
    count = max(64, (rank or 0) + 8)
    while True:
        left, values, right = torch.svd_lowrank(matrix.float(), q=min(count, min(matrix.shape)), niter=4)
        if float(values[-1]) <= limit or count > most:
            return left.double(), values.double(), right.double()
        count *= 2


def module_kinds(folder: str) -> dict[str, str]:
    """The class of each module of a model, without its weights. Empty where it cannot be built here."""
    import torch

    try:
        with torch.device("meta"):
            model = _class(folder)._from_config(_config(folder))
    except Exception:
        return {}
    kinds = {}
    for name, module in model.named_modules():
        bases = [cls.__name__ for cls in type(module).__mro__]
        kinds[name] = next(
            (k for k in ("Conv1D", "Linear", "Embedding", "Conv2d") if k in bases), type(module).__name__
        )
    return kinds


def write(
    parts: list[Part], whole: list[str], merged: str, base: str, base_name: str, out: str, kinds: Mapping[str, str]
) -> dict[str, Any]:
    """Has PEFT make an adapter of these factors and save it."""
    import torch
    from peft import LoraConfig, get_peft_model

    model = fresh(base, merged)
    rank = max(part.rank for part in parts)
    named = dict(model.named_modules())
    modules = [_module(part.key, named) for part in parts]
    biases = [key for key in whole if key.endswith(".bias")]
    saved = sorted({_module(key, named).rsplit(".", 1)[-1] for key in whole if key not in biases})
    config = LoraConfig(
        r=rank, lora_alpha=rank, lora_dropout=0.0, target_modules=_short(modules, kinds), modules_to_save=saved or None,
        task_type=next((task for end, task in TASKS.items() if type(model).__name__.endswith(end)), None),
        fan_in_fan_out=any(kinds.get(m) == "Conv1D" for m in modules), bias="all" if biases else "none",
    )  # fmt: skip
    wrapped = get_peft_model(model, config)
    layers = dict(wrapped.get_base_model().named_modules())
    state = differing.weights(merged)
    with torch.no_grad():
        for part, module in zip(parts, modules):
            assert part.factors is not None
            _fill(layers[module], part.factors, part.rank)
        for key in whole:
            holder, name = layers[_module(key, named)], key.rpartition(".")[2]
            held = getattr(holder, "modules_to_save", {"default": getattr(holder, "base_layer", holder)})["default"]
            getattr(held, name).copy_(precision.torch_of(state[key]))
    wrapped.peft_config["default"].base_model_name_or_path = base_name
    wrapped.save_pretrained(out)
    with open(os.path.join(out, "adapter_config.json"), encoding="utf-8") as file:
        found: dict[str, Any] = json.load(file)
    return found


def _fill(layer: Any, factors: tuple[Any, Any], rank: int) -> None:
    """Puts factors into a LoRA layer; rows beyond their rank are zero, and add nothing."""
    embedding = "default" in layer.lora_embedding_A
    first = layer.lora_embedding_A["default"] if embedding else layer.lora_A["default"].weight
    second = layer.lora_embedding_B["default"] if embedding else layer.lora_B["default"].weight
    left, right = factors
    if embedding or layer.fan_in_fan_out:  # these keep their weights the other way round
        left, right = right.T, left.T
    first.zero_()
    second.zero_()
    first[:rank] = right.reshape(rank, *first.shape[1:])
    second[:, :rank] = left.reshape(-1, rank, *second.shape[2:])


def reloaded(changed: Mapping[str, Any], base: str, out: str, merged: str) -> tuple[float, str]:
    """Loads the adapter as its user will, merges it, and measures how far the result is from the merged model."""
    from peft import PeftModel

    model = PeftModel.from_pretrained(fresh(base, merged), out).merge_and_unload()
    state = model.state_dict()
    names = differing.paired(dict(changed), {k: _Shaped(v) for k, v in state.items()})  # type: ignore[misc]
    worst = (0.0, "")
    for key, name in names.items():
        expected = precision.as_computed(precision.torch_of(changed[key]))
        worst = max(worst, (precision.apart(state[name].to(expected.dtype), expected, expected.dtype), key))
    return worst


def fresh(base: str, merged: str) -> Any:
    """The base as it was before the merge: in the class and number format of the merged model, its vocabulary
    resized."""
    import torch

    config = _config(merged)
    kind = getattr(config, "dtype", None) or getattr(config, "torch_dtype", None) or torch.float32
    model = _class(merged).from_pretrained(base, **_typed(kind), **_heads(merged, base))
    size = getattr(config.get_text_config(), "vocab_size", None)
    known = words(model)
    if size is not None and known is not None and known.weight.shape[0] != size:
        model.resize_token_embeddings(size)
    return model


def _typed(kind: Any) -> dict[str, Any]:
    """`dtype` was called `torch_dtype` before transformers 4.56."""
    import transformers

    release = tuple(int(n) for n in re.findall(r"\d+", transformers.__version__)[:2])
    return {"dtype" if release >= (4, 56) else "torch_dtype": kind}


def _heads(merged: str, base: str) -> dict[str, Any]:
    config, before = _config(merged), _config(base)
    if getattr(config, "num_labels", None) != getattr(before, "num_labels", None):
        return {"num_labels": config.num_labels, "ignore_mismatched_sizes": True}
    return {}


def _config(folder: str) -> Any:
    from transformers import AutoConfig

    return AutoConfig.from_pretrained(folder)


def _class(folder: str) -> Any:
    import transformers

    names = _config(folder).architectures or []
    found = getattr(transformers, names[0], None) if names else None
    if found is None:
        raise Unrecoverable(f"transformers has no class {names[0] if names else 'for the config.json'} in {folder}")
    return found


def _module(key: str, named: Mapping[str, Any]) -> str:
    """The module of a weight, under the name that it has in the model."""
    module = key.rpartition(".")[0]
    if module in named:
        return module
    return next((n for n in named if n.endswith("." + module) or (n and module.endswith("." + n))), module)


def _short(modules: list[str], kinds: Mapping[str, str]) -> list[str]:
    """The last names of modules, where they stand for these modules and no others; else their full names."""
    ends = {module.rsplit(".", 1)[-1] for module in modules}
    meant = {name for name, kind in kinds.items() if name.rsplit(".", 1)[-1] in ends}
    return sorted(ends if kinds and meant == set(modules) else modules)


class _Shaped:
    """Only a shape, to be paired by."""

    def __init__(self, tensor: Any) -> None:
        self.shape = tuple(tensor.shape)
