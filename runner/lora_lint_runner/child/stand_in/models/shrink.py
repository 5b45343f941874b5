"""A config of any architecture, made tiny: the same modules under the same names, two layers, a few thousand weights.

The rows are field names as the configs of transformers spell them; sub-configs are shrunk alike. A field that a config
lacks is left alone.
"""

from __future__ import annotations

import copy
import json
import os
import re
from typing import Any

with open(os.path.join(os.path.dirname(__file__), "sizes.json"), encoding="utf-8") as _file:
    TABLE: dict[str, Any] = json.load(_file)
SIZES: dict[str, int] = {name: size for size, names in TABLE["sizes"] for name in names}
LAYERS = re.compile(r"(^|_)n?(um)?_?(hidden_)?layers?$|^depth$")
# how many a tokenizer says that its model takes; the tiny one takes more, as a tiny vocabulary makes more of a text
TOKENS: dict[str, int] = TABLE["tokens"]
STATES = ("hidden_size", "d_model", "n_embd", "embed_dim", "dim")
WIDTH = SIZES["hidden_size"]
STAGES = 4  # of the backbones of images
KEYS = "num_key_value_heads"
HEADS, HEAD_DIM, POSITIONS = SIZES["num_attention_heads"], SIZES["head_dim"], 2048


def shrunk(config: Any, vocabulary: int, ids: dict[str, int], deep: bool = False, part: str = "", wide: int = 0) -> Any:
    """A tiny config of the same class, if `deep` with all of its layers, if `wide` with states of up to that width;
    `part` is its name in another one. It is built anew from the smaller numbers, so that what a class derives from them
    (names of stages, sizes of heads) fits; where a class refuses, the numbers are put in place."""
    small = copy.deepcopy(config)
    layers = _taken_apart(small)
    backbone = part == "backbone_config"
    changed = _shrink(small, vocabulary, ids, deep, wide, stages=backbone or _staged(config))
    if backbone:
        changed |= _places(config)
    if layers:
        changed["per_layer_config"] = _layer_by_layer(layers, _own(small, "layer_types"))
    try:
        kept = {k: v for k, v in _given(config).items() if k not in changed}
        return type(config)(**{**kept, **changed})
    except Exception:
        return small


def _places(backbone: Any) -> dict[str, Any]:
    """Which layers a backbone hands out, where others take as many as it did: the first ones, and as many as it has; of
    one in stages the same stages."""
    places = list(getattr(backbone, "out_indices", None) or ())
    if len(places) < 2:
        return {}
    if _own(backbone, "num_hidden_layers") is None:
        return {"out_indices": places}
    return {"num_hidden_layers": len(places), "out_indices": list(range(1, len(places) + 1))}


def _taken_apart(config: Any) -> dict[Any, dict[str, Any]]:
    """What layers of one kind have otherwise than the rest of them (transformers 5.23, Gemma 4), taken out of a config:
    until it is put back, a field says the same of all."""
    special = vars(config).get("_heterogeneity_spec")
    if special is None:
        return {}
    kinds = list(_own(config, "layer_types") or ())
    found = {kinds[i] if i < len(kinds) else i: dict(said) for i, said in special.per_layer_overrides.items()}
    config.per_layer_config = None
    return found


def _layer_by_layer(special: dict[Any, dict[str, Any]], kinds: Any) -> dict[int, dict[str, Any]]:
    """The same for the layers that are left, a little larger than those of the others."""
    small = {of: {k: min(v, 2 * SIZES.get(k, v)) for k, v in said.items()} for of, said in special.items()}
    return {place: small[kind] for place, kind in enumerate(kinds or ()) if kind in small}


def fit(config: Any, model_type: str) -> None:
    """What the shrink leaves at odds with itself, put right as the architecture asks for it."""
    if getattr(getattr(config, "backbone_config", None), "model_type", None) == "timm_backbone":
        config.backbone_config = _backbone(config.backbone_config)
    for path, value in TABLE["fitted"].get(model_type, {}).items():
        *inner, name = path.split(".")
        holder = config
        for part in inner:
            holder = getattr(holder, part)
        _set(holder, name, value)


def _backbone(config: Any) -> Any:
    """A ResNet of as many stages in the place of one of timm's, where that is not installed."""
    from transformers import ResNetConfig
    from transformers.utils.import_utils import is_timm_available

    if is_timm_available():
        return config

    sizes: dict[str, Any] = {"embedding_size": 8, "hidden_sizes": [8, 8, 16, 16], "depths": [1] * STAGES}
    places = sorted({place % (STAGES + 1) or 1 for place in getattr(config, "out_indices", None) or [-1]})
    sizes |= {"layer_type": "basic", "out_features": [f"stage{place}" for place in places]}
    return ResNetConfig(**sizes)


def _given(config: Any) -> dict[str, Any]:
    """What the config says that differs from the defaults of its class: derived fields are left out."""
    try:
        found: dict[str, Any] = config.to_diff_dict()
    except Exception:
        return {}
    left = ("model_type", "transformers_version", *TABLE["derived"])
    return {k: v for k, v in found.items() if k not in left and not isinstance(v, dict)}


def _shrink(
    config: Any, vocabulary: int, ids: dict[str, int], deep: bool, wide: int, *, stages: bool
) -> dict[str, Any]:
    """Makes a config tiny in place, keeping its `stages` where others ask for each of them; the fields that changed. A
    head that has a key of its own, as in the first Llamas and in latent attention, still has: code that was written for
    these knows of nothing else."""
    before = dict(vars(config))
    alone = _own(config, KEYS) is not None and _own(config, KEYS) == _own(config, "num_attention_heads")
    for name in list(vars(config)):
        inner = getattr(config, name)
        if hasattr(inner, "model_type") and hasattr(inner, "to_dict"):
            setattr(config, name, shrunk(inner, vocabulary, ids, deep, name, wide))
    for name, size in SIZES.items():
        held = _own(config, name) if not (deep and LAYERS.search(name)) else None
        most = max(size, wide if size == WIDTH else wide // HEADS if size == HEAD_DIM else 0)
        if isinstance(held, int) and not isinstance(held, bool) and held > most:
            _set(config, name, most)
    if wide and not any(_own(config, name) == wide for name in STATES):
        for name in [name for name in STATES if (_own(config, name) or 0) > WIDTH]:
            _set(config, name, wide)
    if _own(config, KEYS) is not None and (alone or _own(config, "kv_lora_rank") is not None):
        _set(config, KEYS, _own(config, "num_attention_heads") if alone else HEADS)
    if _own(config, "n_routed_experts") is not None and "num_experts_per_tok" in vars(config):
        _set(config, "num_experts_per_tok", _own(config, "num_experts_per_tok") or 2)
    for name, values in TABLE["lists"].items():
        held = _own(config, name)
        if isinstance(held, (list, tuple)) and len(held) > 1 and all(isinstance(v, (int, float)) for v in held):
            more = values if name in TABLE["repeated"] else values[-1:] if stages else []
            _set(config, name, [*values, *more * len(held)][: len(held)] if more else list(values))
    _layers(config)
    _rotations(config)
    for name in ("vocab_size", "decoder_vocab_size"):
        held = _own(config, name)
        if isinstance(held, int) or (held is None and name == "vocab_size" and name in vars(config)):
            _set(config, name, vocabulary)
    for name in TABLE["positions"]:
        held = _own(config, name)
        if isinstance(held, int) and held > POSITIONS:
            _set(config, name, POSITIONS)
    for name, value in ids.items():
        held = _own(config, name)
        # a config that names such a token names one that its tokenizer has: here, the tiny tokenizer
        if (isinstance(held, int) and not isinstance(held, bool) and held >= 0) or (
            isinstance(held, (list, tuple)) and held and name == "eos_token_id"
        ):
            _set(config, name, value)
    return {
        k: v
        for k, v in vars(config).items()
        if not k.startswith("_") and k not in TABLE["derived"] and (k not in before or before[k] is not v)
    }


def _staged(config: Any) -> bool:
    """Has each stage more numbers of its own than those that the table makes fewer, or are the stages counted?"""
    lists = {k: v for k, v in vars(config).items() if isinstance(v, (list, tuple)) and len(v) == STAGES}
    if _own(config, "num_encoder_blocks") == STAGES:
        return True
    return "depths" in lists and any(k not in TABLE["lists"] and k not in TABLE["derived"] for k in lists)


def _own(config: Any, name: str) -> Any:
    """A field of the config itself, under its real name behind an attribute map."""
    name = getattr(type(config), "attribute_map", {}).get(name, name)
    return vars(config).get(name)


def _set(config: Any, name: str, value: Any) -> None:
    name = getattr(type(config), "attribute_map", {}).get(name, name)
    try:
        setattr(config, name, value)
    except Exception:
        config.__dict__[name] = value


def _rotations(config: Any) -> None:
    """Rotary embeddings of images share the half of a head among time, height and width."""
    for name in ("rope_parameters", "rope_scaling"):
        held = _own(config, name)
        of_images = re.search(r"vl(_text)?$|omni", str(getattr(config, "model_type", "")))
        if isinstance(held, dict) and ("mrope_section" in held or of_images):
            half = HEAD_DIM // 2
            share = half // 3
            _set(config, name, {**held, "mrope_section": [half - 2 * share, share, share]})


def _layers(config: Any) -> None:
    """Lists with one entry a layer keep the first of each kind, as far as there are layers."""
    count = _own(config, "num_hidden_layers") or _own(config, "num_layers")
    if isinstance(_own(config, "attention_types"), list) and isinstance(count, int):
        config.attention_types = [[["global", "local"], max(1, count // 2)]]
    if not isinstance(count, int):
        return
    for name in TABLE["per_layer"]:
        held = _own(config, name)
        if isinstance(held, (list, tuple)) and len(held) > count:
            kinds = list(dict.fromkeys(held))
            _set(config, name, [*kinds, *held][:count] if len(kinds) <= count else list(held[-count:]))
