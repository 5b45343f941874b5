"""What stands in for unsloth."""

from __future__ import annotations

import importlib.util

import pytest
from tests.runner.conftest import Run, confirmed
from tests.runner.samples import LOOP

SAVE = 'model.save_pretrained("out")\n'
pytestmark = pytest.mark.skipif(importlib.util.find_spec("unsloth") is not None, reason="the real unsloth is here")


def test_unsloth_loads_wraps_and_saves(run: Run) -> None:
    text = """\
import torch
from unsloth import FastLanguageModel

model, tokenizer = FastLanguageModel.from_pretrained("unsloth/llama-3-8b-bnb-4bit", load_in_4bit=True)
model = FastLanguageModel.get_peft_model(model, r=8)
assert tokenizer.tokenizer.pad_token  # as of the processor of a checkpoint that sees, too
chat = tokenizer.apply_chat_template([{"role": "user", "content": "hi"}])
assert chat["input_ids"] == chat + []  # as of transformers 5, and of those before
"""
    ran = run(text + LOOP + SAVE + 'model.save_pretrained_gguf("gguf", tokenizer, quantization_method="q4_k_m")\n')
    confirmed(ran)
    assert [site["verdict"] for site in ran.json["sites"]] == ["confirmed"]
    assert [line for line in ran.json["lines"] if line["agrees"] is False] == []


@pytest.mark.slow
def test_unsloth_trains_on_a_list_of_chats_with_pictures(run: Run) -> None:
    text = """\
from datasets import load_dataset
from trl import SFTConfig, SFTTrainer
from unsloth import FastVisionModel
from unsloth.trainer import UnslothVisionDataCollator

model, processor = FastVisionModel.from_pretrained("unsloth/Qwen2-VL-2B-Instruct")
model = FastVisionModel.get_peft_model(model, r=8)

def chat(row):
    asked = [{"type": "text", "text": "Read it."}, {"type": "image", "image": row["image"]}]
    turns = [("user", asked), ("assistant", [{"type": "text", "text": row["text"]}])]
    return {"messages": [{"role": role, "content": content} for role, content in turns]}

rows = [chat(row) for row in load_dataset("unsloth/LaTeX_OCR", split="train")]
args = SFTConfig("o", remove_unused_columns=False, dataset_kwargs={"skip_prepare_dataset": True})
collator = UnslothVisionDataCollator(model, processor)
SFTTrainer(model=model, tokenizer=processor, data_collator=collator, train_dataset=rows, args=args).train()
"""
    confirmed(run(text + SAVE))


def test_an_adapter_that_unsloth_saves_by_its_own_name(run: Run) -> None:
    text = """\
from unsloth import FastLanguageModel
import torch

model, tokenizer = FastLanguageModel.from_pretrained("unsloth/Llama-3.2-1B")
model = FastLanguageModel.get_peft_model(model, r=8)
"""
    ran = run(text + LOOP + 'model.save_lora("out")\n')
    confirmed(ran)
    assert [site["verdict"] for site in ran.json["sites"]] == ["confirmed"]


def test_an_adapter_that_is_trained_further_is_loaded_as_unsloth_does(run: Run) -> None:
    text = """\
import argparse
from unsloth import FastLanguageModel
import torch

parser = argparse.ArgumentParser()
parser.add_argument("--sft-adapter", required=True)
model, tokenizer = FastLanguageModel.from_pretrained(model_name=parser.parse_args().sft_adapter, max_seq_length=64)
model = FastLanguageModel.get_peft_model(model, r=8)
assert type(model).__name__ == "PeftModelForCausalLM"
"""
    confirmed(run(text + LOOP + SAVE))


def test_what_unsloth_loads_without_a_word_of_its_kind_is_an_adapter_where_the_script_puts_none_on(run: Run) -> None:
    text = """\
import sys
from unsloth import FastLanguageModel
import torch

model, tokenizer = FastLanguageModel.from_pretrained("first/round")
"""
    ran = run(text + LOOP + SAVE)
    confirmed(ran)
    assert ran.json["report"] is None
    whole = run(text.replace('round"', 'round", full_finetuning=True') + LOOP + SAVE)
    assert "no PEFT model" in whole.json["reason"]


def test_all_tokens_are_drawn_from_as_vllm_is_told_to(run: Run) -> None:
    text = """\
from datasets import Dataset
from unsloth import FastLanguageModel
from trl import GRPOConfig, GRPOTrainer

def length(completions, **options):
    return [float(len(completion)) for completion in completions]

model, tokenizer = FastLanguageModel.from_pretrained("unsloth/llama-3-8b-bnb-4bit", fast_inference=True)
model = FastLanguageModel.get_peft_model(model, r=8)
rows = Dataset.from_dict({"prompt": ["What is it?"] * 8})
options = GRPOConfig("runs", top_k=-1, num_generations=2, max_completion_length=8)
GRPOTrainer(model, length, args=options, train_dataset=rows, processing_class=tokenizer).train()
"""
    confirmed(run(text + SAVE))
