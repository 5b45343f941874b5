"""What the names of two models tell: which are certainly other weights, and which may be the same."""

from __future__ import annotations

import pytest

from lora_lint.knowledge.same_weights import are_other_weights

OTHERS = [
    ("Qwen/Qwen2.5-0.5B", "Qwen/Qwen2.5-1.5B"),
    ("meta-llama/Llama-3.2-1B", "unsloth/Llama-3.2-3B-Instruct-bnb-4bit"),
    ("meta-llama/Llama-3.2-1B", "meta-llama/Llama-3.2-1B-Instruct"),
    ("mistralai/Mistral-7B-v0.1", "mistralai/Mistral-7B-v0.3"),
    ("meta-llama/Llama-2-7b-hf", "mistralai/Mistral-7B-v0.1"),
    ("gpt2", "gpt2-medium"),
    ("google-t5/t5-small", "google-t5/t5-base"),
]
MAYBE_THE_SAME = [
    ("meta-llama/Llama-3.1-8B", "unsloth/Meta-Llama-3.1-8B-bnb-4bit"),
    ("unsloth/mistral-7b", "mistralai/Mistral-7B-v0.1"),
    ("Qwen/Qwen2.5-7B-Instruct", "Qwen/Qwen2.5-7B-Instruct-AWQ"),
    ("meta-llama/Llama-2-7b-hf", "meta-llama/Llama-2-7b"),
    ("gpt2", "openai-community/gpt2"),
    ("./models/llama-3-8b", "./models/llama-3-8b-bf16"),
    ("lab/llama-3-8b-resized", "lab/llama-3-8b"),
    ("meta-llama/Llama-3.2-1B", "out/merged"),
    ("my-model", "my-other-model"),
]


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_names_of_other_weights(one: str, other: str) -> None:
    assert are_other_weights(one, other)
    assert are_other_weights(other, one)
    assert not are_other_weights(one, one)


@pytest.mark.parametrize(("one", "other"), MAYBE_THE_SAME)
def test_names_that_may_be_of_the_same_weights(one: str, other: str) -> None:
    assert not are_other_weights(one, other)
    assert not are_other_weights(other, one)
