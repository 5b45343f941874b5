"""What is taken over as it was: settings that are made of others, an adapter whose weights are loaded once more."""

from __future__ import annotations

import pytest

from lora_lint import check_source

# seen with peft 0.21.2: `load_adapter` under the name of an adapter that is there leaves it trainable
LOADED_INTO = """\
from elsewhere import rows
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig())
model.load_adapter("earlier", adapter_name="{name}")
Trainer(model, TrainingArguments("out"), train_dataset=rows()).train()
model.save_pretrained("out")
"""
REMADE = """\
import dataclasses

from elsewhere import ModelArguments, rows
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, HfArgumentParser, Seq2SeqTrainer, Seq2SeqTrainingArguments


def load(name, adapters, is_trainable):
    model = AutoModelForCausalLM.from_pretrained(name)
    for adapter in adapters:
        model = PeftModel.from_pretrained(model, adapter).merge_and_unload()
    if is_trainable:
        model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM"))
    return model


parser = HfArgumentParser((ModelArguments, Seq2SeqTrainingArguments))
model_args, first = parser.parse_args_into_dataclasses()
model = load(model_args.name, model_args.adapters, first.do_train)
{remade}
trainer = Seq2SeqTrainer(model=model, args=args, train_dataset=rows())
if args.do_train:
    trainer.train()
    trainer.save_model()
"""


def test_an_adapter_into_which_others_weights_are_loaded_is_as_trainable_as_it_was() -> None:
    assert check_source(LOADED_INTO.format(name="default")) == []


def test_one_that_was_loaded_frozen_stays_so() -> None:
    frozen = LOADED_INTO.replace("get_peft_model(", "PeftModel.from_pretrained(").replace("LoraConfig()", '"earliest"')
    text = frozen.replace("LoraConfig, get_peft_model", "PeftModel").format(name="default")
    assert [finding.code for finding in check_source(text)] == ["LL203"]


@pytest.mark.parametrize(
    "remade",
    [
        "args = Seq2SeqTrainingArguments(**first.to_dict())",
        'args = Seq2SeqTrainingArguments(**{**first.to_dict(), "generation_max_length": 64})',
        "known = first.to_dict()\nknown.update(dict(num_beams=4))\nargs = Seq2SeqTrainingArguments(**known)",
        "args = dataclasses.replace(first, generation_max_length=64)",
    ],
)
def test_what_was_asked_of_the_first_arguments_is_known_of_those_made_of_them(remade: str) -> None:
    assert check_source(REMADE.format(remade=remade)) == []


def test_what_others_say_is_another_matter() -> None:
    other = "args = HfArgumentParser(Seq2SeqTrainingArguments).parse_args_into_dataclasses()[0]"
    assert [finding.code for finding in check_source(REMADE.format(remade=other))] == ["LL401"]
