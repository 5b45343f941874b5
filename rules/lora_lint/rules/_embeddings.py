"""Shared by rules on new tokens: does an adapter's config reach the embedding?"""

from __future__ import annotations

from lora_lint.lifecycle.records import UNKNOWN, Config

EMBEDDINGS = ("embed", "wte", "shared", "lm_head", "word_embeddings")

WHOLE = ("embed_tokens", "wte", "shared", "word_embeddings", "embed_in", "lm_head")


def covers(config: Config) -> bool:
    """Does a config train or adapt the embedding, or may it?"""
    for field in ("modules_to_save", "target_modules", "trainable_token_indices"):
        value = config.get(field)
        if value == UNKNOWN or (field == "trainable_token_indices" and value is not None):
            return True
        names = value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()
        if any(name == UNKNOWN for name in names) or (field == "modules_to_save" and "all" in names):
            return True
        if any(part in str(name) for name in names for part in EMBEDDINGS):
            return True
    return "**" in dict(config.fields)


def takes_embedding(config: Config) -> bool:
    """Does a config certainly put a module of PEFT's in the place of an embedding?"""
    fields = [config.get(field) for field in ("modules_to_save", "target_modules")]
    names = {name for field in fields if isinstance(field, tuple) for name in field}
    indices = config.get("trainable_token_indices")
    return not names.isdisjoint(WHOLE) or (isinstance(indices, tuple) and bool(indices))
