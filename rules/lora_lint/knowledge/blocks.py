"""Where the blocks of a model lie, and whether all that an adapter is put on lies in them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from lora_lint.knowledge import families
from lora_lint.knowledge.keys import BLOCK, TENSORS

# family -> the one list that holds all its blocks, as its language model calls it: executed with transformers 5.23.0,
# no other list of modules and no linear layer but `lm_head` lies outside of it
BLOCKS_AT = {
    **dict.fromkeys("llama mistral mixtral qwen2 qwen3 gemma phi3".split(), "model.layers"),
    **dict.fromkeys("gpt2 bloom falcon".split(), "transformer.h"),
    "gpt_neox": "gpt_neox.layers",
    "opt": "model.decoder.layers",
}
LIST = BLOCK.removesuffix(".0.")  # what keys that stand for all call this list
DECODER = LIST.partition(".")[0]  # and what holds it, beside the embedding and the last norm
OUTER = frozenset({"model", "base_model"})  # what leads to a decoder whatever its family
BESIDE_BLOCKS = frozenset({"lm_head", "embed_out", "project_in", "project_out"})
# settings that leave open, or say otherwise, what an adapter is put on
ELSEWHERE = frozenset("target_parameters trainable_token_indices layer_replication megatron_config loaded **".split())


def blocks_in(model: Hashable, path: str) -> str:
    """What a path inside of a model of this name leads to: `LIST`, or `DECODER` where it holds the list of all blocks;
    "" for anything else, and where the family is not known."""
    family = families.family_of(model) if isinstance(model, str) else None
    outer, _, inner = BLOCKS_AT.get(family or "", "").partition(".")
    names = path.split(".")
    while names and names[0] in OUTER | {outer}:
        names = names[1:]
    wanted = inner.split(".") if inner else []
    if not wanted or not path or names != wanted[: len(names)]:
        return ""
    return LIST if len(names) == len(wanted) else DECODER


def lie_in_blocks(config: str, fields: Mapping[str, Hashable]) -> bool:
    """Are all layers of an adapter with such a config in the blocks of a language model? PEFT's own choice of targets
    is (0.21.2: `TRANSFORMERS_MODELS_TO_LORA_TARGET_MODULES_MAPPING`)."""
    if config not in {"LoraConfig", *TENSORS} or not ELSEWHERE.isdisjoint(fields):
        return False
    targets = fields.get("target_modules")
    if targets is None or targets == "all-linear":
        return targets is None or config == "LoraConfig"
    if not isinstance(targets, tuple):
        return False
    last = {str(target).rpartition(".")[2] for target in targets}
    return bool(last) and last <= families.LINEAR - BESIDE_BLOCKS
