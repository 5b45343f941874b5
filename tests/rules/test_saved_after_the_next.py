"""Runs that wrap one base model in turn, and are saved at last: the first, too, is what the last has made of it."""

from __future__ import annotations

import lora_lint

HEAD = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

"""


def found(body: str) -> list[str]:
    return [finding.name for finding in lora_lint.check_source(HEAD + body)]


ONE_BASE = """\
from transformers import Trainer, TrainingArguments


def fit(model):
    trainer = Trainer(model, TrainingArguments("out", save_strategy="no"), train_dataset=rows)
    trainer.train()
    return trainer


def search(backbone=AutoModelForCausalLM.from_pretrained("gpt2")):
    return fit(get_peft_model(backbone, LoraConfig({settings}), {name}))


"""
BOTH_SAVED = "first, second = search(), search()\nfirst.save_model('first')\nsecond.save_model('second')\n"


def test_one_base_for_two_adapters_that_are_saved_at_last() -> None:
    one = ONE_BASE.format(settings="", name="'default'")
    assert found(one + BOTH_SAVED) == ["wrapped-twice"]
    many = "runs = {rank: search() for rank in (4, 8)}\nfor rank in runs:\n    runs[rank].save_model(f'out/{rank}')\n"
    assert found(one + many) == ["wrapped-twice"]


def test_each_is_saved_before_the_next_one_is_made() -> None:
    one = ONE_BASE.format(settings="", name="'default'")
    assert found(one + "for rank in (4, 8):\n    search().save_model(f'out/{rank}')\n") == []
    kept = "first = search()\nfirst.save_model('first')\nsearch().save_model('second')\nfirst.save_model('again')\n"
    assert found(one + kept) == []


def test_adapters_that_have_layers_of_their_own() -> None:
    own = ONE_BASE.replace("search(backbone", "search(name, backbone").format(settings="", name="name")
    assert found(own + BOTH_SAVED.replace("search(), search()", "search('a'), search('b')")) == []
    others = ONE_BASE.replace("search(backbone", "search(targets, backbone").format(
        settings="target_modules=targets", name="'default'"
    )
    unknown = BOTH_SAVED.replace("search(), search()", "search(['c_attn']), search(input().split())")
    assert found(others + unknown) == []


def test_each_has_a_base_of_its_own() -> None:
    loads = ONE_BASE.replace('from_pretrained("gpt2")):', "from_pretrained):").replace(
        "(backbone,", '(backbone("gpt2"),'
    )
    assert found(loads.format(settings="", name="'default'") + BOTH_SAVED) == []


def test_what_was_trained_is_put_back_before_the_save() -> None:
    script = (
        ONE_BASE.format(settings="", name="'default'")
        + """\
from peft import get_peft_model_state_dict, set_peft_model_state_dict

first = search()
state = {key: value.clone() for key, value in get_peft_model_state_dict(first.model).items()}
search().save_model("second")
set_peft_model_state_dict(first.model, state)
first.save_model("first")
"""
    )
    assert found(script) == []
