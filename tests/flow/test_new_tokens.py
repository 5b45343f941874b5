"""Which tokens are new to a model, and are to be learned, depends on its family."""

from __future__ import annotations

import pytest

import lora_lint

SCRIPT = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, Trainer, TrainingArguments

name = "{model}"
tokenizer = AutoTokenizer.from_pretrained(name)
{adds}
model = AutoModelForCausalLM.from_pretrained(name)
model.resize_token_embeddings(len(tokenizer))
model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM"))
Trainer(model=model, args=TrainingArguments("runs"), train_dataset=rows).train()
"""
ADDS = [
    'tokenizer.add_special_tokens({"additional_special_tokens": ["<|im_start|>", "<|im_end|>"]})',
    'tokenizer.add_special_tokens({"eos_token": "<|im_end|>"})',
    'tokenizer.add_tokens(["<|im_start|>", "<|im_end|>"])',
    'tokenizer.add_tokens("<|im_end|>")',
    'tokenizer = AutoTokenizer.from_pretrained(name, additional_special_tokens=["<|im_start|>", "<|im_end|>"])',
    'tokenizer = AutoTokenizer.from_pretrained(name, extra_special_tokens=["<|im_end|>"])',
]
ADDS_NONE = [
    'tokenizer = AutoTokenizer.from_pretrained(name, eos_token="</s>", pad_token="<pad>")',
    'tokenizer = AutoTokenizer.from_pretrained(name, additional_special_tokens=["<s>", "</s>"])',
    "tokenizer = AutoTokenizer.from_pretrained(name, additional_special_tokens=[])",
    "tokenizer = AutoTokenizer.from_pretrained(name, additional_special_tokens=words)",
    'tokenizer = AutoProcessor.from_pretrained(name, extra_special_tokens={"image_token": "<image>"})',
]


def found(model: str, adds: str) -> list[str]:
    return [finding.name for finding in lora_lint.check_source(SCRIPT.format(model=model, adds=adds))]


@pytest.mark.parametrize("adds", ADDS)
def test_a_token_that_the_family_has_is_not_new(adds: str) -> None:
    assert found("Qwen/Qwen2.5-0.5B", adds) == []
    assert found("meta-llama/Llama-2-7b-hf", adds) == ["resized-embeddings-untrained"]


@pytest.mark.parametrize("adds", ADDS_NONE)
def test_a_tokenizer_that_is_loaded_with_what_it_has_learns_nothing(adds: str) -> None:
    assert found("meta-llama/Llama-2-7b-hf", adds) == []


@pytest.mark.parametrize("model", ["gpt2", "distilgpt2", "microsoft/DialoGPT-medium", "EleutherAI/pythia-410m"])
def test_the_end_of_a_text_is_no_new_token_of_gpt_2_and_kin(model: str) -> None:
    padded = 'tokenizer.add_special_tokens({"pad_token": "<|pad|>", "eos_token": "<|endoftext|>"})'
    assert found(model, padded) == []
    assert found("bigscience/bloom-560m", padded) == ["resized-embeddings-untrained"]


def test_one_that_is_new_beside_it_is() -> None:
    assert found("Qwen/Qwen2.5-0.5B", ADDS[2].replace("<|im_end|>", "<tool>")) == ["resized-embeddings-untrained"]
    assert found("Qwen/Qwen2.5-0.5B", ADDS[0] + "\ntokenizer.add_tokens(tools)") == ["resized-embeddings-untrained"]
    assert found("Qwen/Qwen2.5-0.5B", ADDS[0].replace("im_end", "eot_id")) == ["resized-embeddings-untrained"]
    assert found("meta-llama/Meta-Llama-3-8B", ADDS[3].replace("im_end", "eot_id")) == []


def test_whether_there_were_any_is_known_where_it_is_told() -> None:
    text = SCRIPT.format(model="meta-llama/Llama-2-7b-hf", adds="")
    asks = """\
def extended(tokenizer, model):
    added = tokenizer.add_tokens(tools)
    if added:
        model.resize_token_embeddings(len(tokenizer))
    return added

trained = {}
if extended(tokenizer, model):
    trained["modules_to_save"] = ["embed_tokens", "lm_head"]
"""
    text = text.replace("model.resize_token_embeddings(len(tokenizer))\n", asks)
    assert [f.name for f in lora_lint.check_source(text.replace('"CAUSAL_LM")', '"CAUSAL_LM", **trained)'))] == []
    assert [f.name for f in lora_lint.check_source(text)] == ["resized-embeddings-untrained"]


WRAPPED_FIRST = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("facebook/opt-350m")
tokenizer.add_tokens(["<quote>"])
model = get_peft_model(AutoModelForCausalLM.from_pretrained("facebook/opt-350m"), LoraConfig({}))
model.resize_token_embeddings(len(tokenizer))
"""


def test_an_embedding_that_an_adapter_has_taken_is_not_resized() -> None:
    def names(config: str, script: str = WRAPPED_FIRST) -> list[str]:
        return [finding.name for finding in lora_lint.check_source(script.format(config))]

    taken = ["resized-embeddings-untrained"]
    assert names('modules_to_save=["lm_head"]') == names('target_modules=["q_proj", "embed_tokens"]') == taken
    assert names("trainable_token_indices=[5]") == taken
    assert names('target_modules=["q_proj"]') == []
    no_new_tokens = WRAPPED_FIRST.replace('tokenizer.add_tokens(["<quote>"])\n', "")
    assert names('modules_to_save=["lm_head"]', no_new_tokens) == []  # the size may be the same: nothing is done then
