"""Tokens that the tokenizers of a family have from the start, by what is in a model's name: who adds them adds nothing.

As in the tokenizer.json of Llama 3, Qwen, Gemma, Phi, GPT-2 and those that took over its vocabulary, Pythia, Falcon and
StarCoder on the hub.
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
        (r"gpt-?2|gpt-?neo|gpt-?j|dialogpt|codegen|phi-?[12]|falcon|starcoder", "<|endoftext|>"),
        (r"gpt-?neox|pythia", "<|endoftext|> <|padding|>"),
        (r"phi-?3", "<s> <unk> <|endoftext|> <|system|> <|user|> <|assistant|> <|end|>"),
    )
)


def has_all(model: object, tokens: Collection[str]) -> bool:
    """Has the tokenizer of the model of this name all these tokens? It may, where the name is not known."""
    named = isinstance(model, str)
    return any(
        there.issuperset(tokens) for name, there in _THERE if not named or re.search(name, str(model), re.IGNORECASE)
    )
