"""A config of any architecture, made tiny: the same modules under the same names, two layers, a few thousand weights.

The rows are field names as the configs of transformers spell them; sub-configs are shrunk alike. A field that a config
lacks is left alone.
"""

from __future__ import annotations

import copy
from typing import Any

WIDTH, HEADS, HEAD_DIM, LAYERS, INNER = 32, 4, 8, 2, 64

SIZES: dict[str, int] = {
    **dict.fromkeys(
        (
            "hidden_size", "d_model", "n_embd", "embed_dim", "dim", "embedding_size", "word_embed_proj_dim",
            "projection_dim", "model_dim", "encoder_hidden_size", "decoder_hidden_size", "text_embed_dim",
            "attention_hidden_size", "output_hidden_size", "out_hidden_size", "classifier_proj_size", "hidden_dim",
            "mm_hidden_size", "codevector_dim", "proj_codevector_dim", "output_dim", "lru_width",
            "shared_embedding_dim", "transformer_dim", "fusion_hidden_size", "n_embed", "head_hidden_size",
            "cross_attention_hidden_size", "decoder_hidden_size", "speaker_embedding_dim",
        ),
        WIDTH,
    ),
    **dict.fromkeys(
        (
            "num_attention_heads", "n_head", "num_heads", "n_heads", "encoder_attention_heads",
            "decoder_attention_heads", "attention_heads", "encoder_heads", "decoder_heads",
            "decoder_num_attention_heads", "encoder_num_attention_heads",
        ),
        HEADS,
    ),
    **dict.fromkeys(("num_key_value_heads", "num_kv_heads", "n_head_kv", "decoder_num_key_value_heads",
                     "encoder_num_key_value_heads"), 2),
    **dict.fromkeys(("head_dim", "d_kv", "attention_head_dim", "d_head", "v_head_dim", "qk_nope_head_dim",
                     "qk_rope_head_dim", "global_head_dim", "attention_head_size"), HEAD_DIM),
    **dict.fromkeys(
        (
            "num_hidden_layers", "n_layer", "num_layers", "n_layers", "encoder_layers", "decoder_layers", "depth",
            "num_decoder_layers", "num_encoder_layers", "encoder_num_hidden_layers", "decoder_num_hidden_layers",
            "num_text_layers", "num_vision_layers", "text_num_hidden_layers",
        ),
        LAYERS,
    ),
    **dict.fromkeys(
        (
            "intermediate_size", "ffn_dim", "d_ff", "n_inner", "encoder_ffn_dim", "decoder_ffn_dim",
            "ffn_hidden_size", "moe_intermediate_size", "shared_expert_intermediate_size", "expert_ffn_hidden_size",
            "encoder_intermediate_size", "decoder_intermediate_size", "mlp_dim", "dim_feedforward",
            "hidden_size_per_layer_input", "intermediate_size_mlp", "block_ff_dim", "feed_forward_hidden_size",
        ),
        INNER,
    ),
    "q_lora_rank": 16,
    "kv_lora_rank": 16,
    "num_experts": 4,
    "num_local_experts": 4,
    "n_routed_experts": 4,
    "moe_num_experts": 4,
    "num_experts_per_tok": 2,
    "n_group": 1,
    "topk_group": 1,
    "first_k_dense_replace": 1,
    "state_size": 8,
    "conv_kernel": 4,
    "mamba_d_state": 8,
    "mamba_n_heads": 8,
    "mamba_d_head": 8,
    "mamba_num_heads": 8,
    "mamba_head_dim": 8,
    "ssm_state_size": 8,
    "chunk_size": 8,
    "n_groups": 1,
    "mamba_n_groups": 1,
    "linear_num_key_heads": 2,
    "linear_num_value_heads": 4,
    "linear_key_head_dim": 8,
    "linear_value_head_dim": 8,
    "num_conv_pos_embeddings": 16,
    "num_conv_pos_embedding_groups": 4,
    "num_codevectors_per_group": 8,
    "num_adapter_layers": 1,
    "max_source_positions": 1500,
    "max_target_positions": 448,
    "num_queries": 4,
    "num_query_tokens": 4,
    "vocab_size_per_layer_input": 512,
    "qformer_hidden_size": WIDTH,
    "max_window_layers": LAYERS,
    "resampler_n_latents": 4,
    "pooler_num_attention_heads": HEADS,
    "num_kv_shared_layers": 0,
    "num_mel_bins": 80,
    "rotary_dim": HEAD_DIM,
    "projection_size": WIDTH,
    "pooler_hidden_size": WIDTH,
}  # fmt: skip

LONG = (
    "max_position_embeddings",
    "n_positions",
    "n_ctx",
    "seq_length",
    "max_seq_len",
    "model_max_length",
    "max_sequence_length",
)
POSITIONS = 2048

LISTS: dict[str, list[Any]] = {
    "hidden_sizes": [16, 32],
    "depths": [1, 1],
    "num_attention_heads": [2, 4],
    "num_heads": [2, 4],
    "embed_dims": [16, 32],
    "sr_ratios": [2, 1],
    "patch_sizes": [7, 3],
    "strides": [4, 2],
    "mlp_ratios": [2, 2],
    "decoder_hidden_sizes": [16, 32],
    "conv_dim": [16] * 7,
    "tdnn_dim": [16] * 5,
    "backbone_out_channels": [16, 32],
    "neck_hidden_sizes": [16, 32, 32],
    "deepstack_visual_indexes": [0],
    "fullatt_block_indexes": [1],
    "window_attention_indexes": [],
    "full_attention_idxs": [1],
    "kv_head_list": [2, 2],
}

PER_LAYER = (
    "layer_types layers_block_type attention_types mlp_layer_types block_types attn_types no_rope_layers "
    "hybrid_override_pattern mlp_only_layers attn_layer_indices moe_layers"
).split()


def shrunk(config: Any, vocabulary: int, ids: dict[str, int]) -> Any:
    """A tiny config of the same class. It is built anew from the smaller numbers, so that what a class derives from
    them (names of stages, sizes of heads) fits; where a class refuses, the numbers are put in place."""
    small = copy.deepcopy(config)
    changed = _shrink(small, vocabulary, ids)
    try:
        kept = {k: v for k, v in _given(config).items() if k not in changed}
        return type(config)(**{**kept, **changed})
    except Exception:
        return small


def _given(config: Any) -> dict[str, Any]:
    """What the config says that differs from the defaults of its class: derived fields are left out."""
    try:
        found: dict[str, Any] = config.to_diff_dict()
    except Exception:
        return {}
    left = ("model_type", "transformers_version", *DERIVED)
    return {k: v for k, v in found.items() if k not in left and not isinstance(v, dict)}


def _shrink(config: Any, vocabulary: int, ids: dict[str, int]) -> dict[str, Any]:
    """Makes a config tiny in place; the fields that changed."""
    before = dict(vars(config))
    for name in list(vars(config)):
        inner = getattr(config, name)
        if hasattr(inner, "model_type") and hasattr(inner, "to_dict"):
            setattr(config, name, shrunk(inner, vocabulary, ids))
    for name, size in SIZES.items():
        held = _own(config, name)
        if isinstance(held, int) and not isinstance(held, bool) and held > size:
            _set(config, name, size)
    if _own(config, "kv_lora_rank") is not None and _own(config, "num_key_value_heads") is not None:
        _set(config, "num_key_value_heads", HEADS)  # latent attention: every head has a key of its own
    if _own(config, "n_routed_experts") is not None and "num_experts_per_tok" in vars(config):
        _set(config, "num_experts_per_tok", _own(config, "num_experts_per_tok") or 2)
    for name, values in LISTS.items():
        held = _own(config, name)
        if isinstance(held, (list, tuple)) and len(held) > 1 and all(isinstance(v, (int, float)) for v in held):
            _set(config, name, (values * len(held))[: len(held)] if name in ("conv_dim", "tdnn_dim") else list(values))
    _layers(config)
    for name in ("vocab_size", "decoder_vocab_size"):
        held = _own(config, name)
        if isinstance(held, int) or (held is None and name == "vocab_size" and name in vars(config)):
            _set(config, name, vocabulary)
    for name in LONG:
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
        if not k.startswith("_") and k not in DERIVED and (k not in before or before[k] is not v)
    }


DERIVED = (
    "stage_names",
    "out_features",
    "out_indices",
    "attention_layers",
    "qk_head_dim",
    "num_labels",
    "id2label",
    "label2id",
)


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


def _layers(config: Any) -> None:
    """Lists with one entry a layer keep the first of each kind, as far as there are layers."""
    count = _own(config, "num_hidden_layers") or _own(config, "num_layers")
    if isinstance(_own(config, "attention_types"), list) and isinstance(count, int):
        config.attention_types = [[["global", "local"], max(1, count // 2)]]
    if not isinstance(count, int):
        return
    for name in PER_LAYER:
        held = _own(config, name)
        if isinstance(held, (list, tuple)) and len(held) > count:
            kinds = list(dict.fromkeys(held))
            _set(config, name, [*kinds, *held][:count] if len(kinds) <= count else list(held[-count:]))
