"""What the transformers of diffusers take: latents with noise in them, a time, and the texts that tell of what they
are. By what a config says, and by what a class asks for (seen with diffusers 0.42)."""

from __future__ import annotations

import inspect
import re
from typing import Any

NAMED = re.compile(r"Transformer[23]DModel$")
SIDE, TEXT = 8, 16  # of latents, tokens of a text
PLACES = frozenset(["img_shapes", "num_frames"])
TEXTS = ("joint_attention_dim", "caption_channels", "cap_feat_dim", "text_dim", "text_embed_dim", "cross_attention_dim")


def is_one(model: Any) -> bool:
    return type(model).__module__.startswith("diffusers.") and NAMED.search(type(model).__name__) is not None


def taken(model: Any, count: int) -> dict[str, Any]:
    """`count` rows, by the names of its arguments; latents first."""
    import torch

    config, asked = dict(model.config), inspect.signature(model.forward).parameters
    packed = "img_ids" in asked or not PLACES.isdisjoint(asked)
    width = next((config[name] for name in TEXTS if isinstance(config.get(name), int)), SIDE)
    found = {
        "hidden_states": _latents(model, config, count, packed=packed),
        "timestep": torch.rand(count) if "guidance_embeds" in config else torch.randint(0, 1000, (count,)),
        "encoder_hidden_states": torch.rand(count, TEXT, width),
        "encoder_hidden_states_mask": torch.ones(count, TEXT),
        "encoder_attention_mask": torch.ones(count, TEXT, dtype=torch.bool),
        "pooled_projections": torch.rand(count, config.get("pooled_projection_dim") or SIDE),
    }
    if packed:
        found |= {"img_shapes": [[(1, SIDE, SIDE)]] * count, "num_frames": 1, "height": SIDE, "width": SIDE}
        axes = len(config.get("axes_dims_rope") or (0,) * 3)  # FLUX.2 has one more: that of a token in a text
        found |= {"img_ids": torch.zeros(SIDE * SIDE, axes), "txt_ids": torch.zeros(TEXT, axes)}
        found |= {"guidance": torch.ones(count)} if config.get("guidance_embeds") else {}
    return {name: value for name, value in found.items() if name in asked}


def _latents(model: Any, config: dict[str, Any], count: int, *, packed: bool) -> Any:
    import torch

    channels, side = config["in_channels"], config.get("sample_size")
    if packed:  # in a row, each with its place
        return torch.rand(count, SIDE * SIDE, channels)
    if "3D" in type(model).__name__:
        frames = (1, channels) if "sample_frames" in config else (channels, 1)
        return torch.rand(count, *frames, SIDE, SIDE)
    side = side if isinstance(side, int) else SIDE
    return torch.rand(count, channels, side, side)
