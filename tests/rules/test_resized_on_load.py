"""Adapters with a resized embedding that are loaded onto a base, and what may make that base fit."""

from __future__ import annotations

import pytest

from lora_lint import Config, check_source

SCRIPT = """\
import elsewhere, torch
from datasets import load_dataset
from peft import LoraConfig, PeftModel, get_peft_model
import transformers as hf

NAME = "meta-llama/Llama-3.2-1B"
tokenizer = hf.AutoTokenizer.from_pretrained(NAME)
{tokens}
model = hf.AutoModelForCausalLM.from_pretrained(NAME)
model.resize_token_embeddings(len(tokenizer))
{resized}
model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM", modules_to_save=["embed_tokens", "lm_head"]))
for batch in load_dataset("rows", split="train"):
    model(**batch).loss.backward()
model.save_pretrained("out")
{loading}
"""
TOKENS = 'tokenizer.add_special_tokens({"additional_special_tokens": ["<quote>"]})'
BASE = "base = hf.AutoModelForCausalLM.from_pretrained(NAME)\n"
LOAD = 'model = PeftModel.from_pretrained(base, "out")'


def codes(loading: str, tokens: str = TOKENS, resized: str = "") -> list[str]:
    text = SCRIPT.format(tokens=tokens, resized=resized, loading=loading)
    return [finding.code for finding in check_source(text, config=Config(preview=True))]


def test_a_base_of_the_old_size_does_not_fit() -> None:
    assert codes(BASE + LOAD) == ["LL504"]


@pytest.mark.parametrize(
    "made_to_fit",
    [
        "base.resize_token_embeddings(len(tokenizer))\n",
        "elsewhere.fit(base, tokenizer)\n",
        "elsewhere.fit(torch.compile(base), tokenizer)\n",
        "base.set_input_embeddings(torch.nn.Embedding(len(tokenizer), 2048))\n",
    ],
)
def test_a_base_that_may_have_been_made_to_fit(made_to_fit: str) -> None:
    assert codes(BASE + made_to_fit + LOAD) == []


@pytest.mark.parametrize(
    "loading",
    [
        f"{BASE}try:\n    {LOAD}\nexcept RuntimeError:\n    elsewhere.fit(base, tokenizer)\n    {LOAD}",
        f"{BASE}{LOAD[:-1]}, ignore_mismatched_sizes=True)",
        f"{BASE[:-2]}, vocab_size=len(tokenizer))\n{LOAD}",
    ],
)
def test_a_script_that_has_thought_of_it(loading: str) -> None:
    assert codes(loading) == []


def test_a_base_that_this_script_has_saved_with_its_new_rows() -> None:
    assert (
        codes(
            f'base = hf.AutoModelForCausalLM.from_pretrained("resized")\n{LOAD}',
            resized='model.save_pretrained("resized")',
        )
        == []
    )


def test_a_tokenizer_without_new_words_asks_for_no_new_rows() -> None:
    assert codes(BASE + LOAD, tokens="tokenizer.pad_token = tokenizer.eos_token") == []
