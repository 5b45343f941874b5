"""Tokens that the tokenizers of a family have from the start, by what is in a model's name: who adds them adds nothing.

As in the tokenizer.json of Llama 3, Qwen, Gemma and Phi-3 on the hub.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_LLAMA_3 = "<|begin_of_text|> <|end_of_text|> <|start_header_id|> <|end_header_id|> <|eot_id|>"
_THERE = tuple(
    (name, frozenset(tokens.split()))
    for name, tokens in (
        (r"llama-?3", _LLAMA_3),
        (r"qwen", "<|endoftext|> <|im_start|> <|im_end|>"),
        (r"gemma", "<bos> <eos> <pad> <unk> <start_of_turn> <end_of_turn>"),
        (r"phi-?3", "<s> <unk> <|endoftext|> <|system|> <|user|> <|assistant|> <|end|>"),
    )
)


def has_all(model: object, tokens: Collection[str]) -> bool:
    """Has the tokenizer of the model of this name all these tokens? It may, where the name is not known."""
    named = isinstance(model, str)
    return any(
        there.issuperset(tokens) for name, there in _THERE if not named or re.search(name, str(model), re.IGNORECASE)
    )
