"""What two names of models tell of their weights: are they certainly others?

Sizes, families, and what a publisher calls its models. A quantized upload holds the weights that it was made from, and
uploads of several people may hold the same.
"""

from __future__ import annotations

import re

from lora_lint.knowledge.families import PUBLISHERS, family_of

SIZE = re.compile(r"(?<![a-z0-9.])(\d+(?:\.\d+)?)(b|m)(?![a-z0-9])")
# what is added to a name for the form of the weights
FORM = re.compile(r"-(unsloth|bnb|[48]-?bit|gptq|awq|fp8|fp16|bf16|int[48]|nf4|quantized|w4a16|w8a8|gguf|hf)\b.*$")


def are_other_weights(name: str, other: str) -> bool:
    """True where both are names of a family's models, and of two that differ: `Qwen2.5-0.5B` and `Qwen2.5-1.5B`,
    `gpt2` and `gpt2-medium`, `Llama-3.2-1B` and `Llama-3.2-1B-Instruct`."""
    families = family_of(name), family_of(other)
    if None in families:
        return False
    if families[0] != families[1]:
        return True
    (owner, mine), (others, its) = _parts(name), _parts(other)
    sizes = SIZE.search(mine), SIZE.search(its)
    if sizes[0] and sizes[1] and sizes[0].group() != sizes[1].group():
        return True
    return owner == others and (owner in PUBLISHERS or not owner) and mine != its


def _parts(name: str) -> tuple[str, str]:
    """Who uploaded a model, "" where the name does not say, and what it is called but for the form of its weights."""
    owner, _, called = name.lower().rstrip("/").rpartition("/")
    return owner, FORM.sub("", called)
