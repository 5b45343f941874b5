"""The files that a save will write, where the class of the model is in no line of the script."""

from __future__ import annotations

import pytest

import lora_lint

TRAINED = """
from trl import {name}Config, {name}Trainer, ModelConfig, TrlParser, get_peft_config

args, told = TrlParser(({name}Config, ModelConfig)).parse_args_and_config()
trainer = {name}Trainer(model=told.model_name_or_path, args=args, peft_config=get_peft_config(told), train_dataset=rows)
trainer.train()
trainer.model.merge_and_unload().save_pretrained("out")
"""


def written(text: str) -> list[str]:
    saves = [event for event in lora_lint.trace_source(text)["events"] if event["kind"] == "saved"]
    return list(saves[-1]["files"]["out"])


def test_a_model_that_a_trainer_of_answers_was_given_generates() -> None:
    assert "generation_config.json" in written(TRAINED.format(name="GRPO"))


def test_one_that_gives_scores_does_not() -> None:
    assert "generation_config.json" not in written(TRAINED.format(name="Reward"))


NETWORK = """
from peft import LoraConfig, get_peft_model
from torch import nn
from transformers import AutoModel, Trainer, TrainingArguments

class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = get_peft_model(AutoModel.from_pretrained("bert-base-uncased"), LoraConfig())
        self.head = nn.Linear(768, 2)

trainer = Trainer(Classifier(), TrainingArguments("runs"), train_dataset=rows)
trainer.train()
trainer.save_model("out")
"""


def test_of_a_network_of_the_scripts_own_a_trainer_writes_the_state_dict() -> None:
    [saved] = [event for event in lora_lint.trace_source(NETWORK)["events"] if event["kind"] == "weights_saved"]
    assert saved["files"] == {"out": ["model.safetensors", "training_args.bin"]}
    assert lora_lint.check_source(NETWORK) == []


ABOVE = """
import os
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

home = os.path.dirname(os.path.abspath(__file__))
model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig())
model.save_pretrained(os.path.join({start}, "..", "outputs/final"))
"""


@pytest.mark.parametrize(("start", "place"), [("home", ".../outputs/final"), ("'runs'", "outputs/final")])
def test_a_folder_above_one_of_which_nothing_is_known_is_not_known_either(start: str, place: str) -> None:
    saved = lora_lint.trace_source(ABOVE.format(start=start))["sites"][0]
    assert list(saved["predictions"][0]["directories"]) == [place]


def test_what_unsloth_loads_by_a_path_that_is_not_known_may_hold_an_adapter() -> None:
    text = """
import sys
from unsloth import FastLanguageModel

model, tokenizer = FastLanguageModel.from_pretrained(sys.argv[1])
model.save_pretrained("out")
"""
    [site] = lora_lint.trace_source(text)["sites"]
    assert [predicted["directories"]["out"][1] for predicted in site["predictions"]] == [
        "generation_config.json",
        "adapter_config.json",
    ]
    assert not site["certain"]


def test_what_unsloth_loads_by_a_name_of_which_nothing_is_known_may_hold_an_adapter_too() -> None:
    text = """
from unsloth import FastLanguageModel

model, tokenizer = FastLanguageModel.from_pretrained({name!r})
model.save_pretrained("out")
"""
    for name, known in (("first/round", False), ("unsloth/Llama-3.2-1B", True)):
        traced = lora_lint.trace_source(text.format(name=name))
        assert (len(traced["sites"][0]["predictions"]) == 1) is known
        assert traced["events"][-1]["model"]["form"]["known"] is known
