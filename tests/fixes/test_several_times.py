"""A run that comes through a defect several times gets one fix that serves each time, or none."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import lora_lint

HEAD = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

def train(name):
    model = get_peft_model(AutoModelForCausalLM.from_pretrained(name), LoraConfig(task_type="CAUSAL_LM"))
    Trainer(model=model, args=TrainingArguments(output_dir="runs", save_strategy="no")).train()
    return model

"""


Fixed = Callable[[str], "str | None"]


def test_a_loop_saves_each_adapter_to_a_directory_of_its_own(fixed: Fixed) -> None:
    assert fixed("""\
        models = {name: train(name) for name in ["gpt2", "facebook/opt-125m"]}
        for name in models:
            models[name] = models[name].merge_and_unload()
        for name, model in models.items():
            model.save_pretrained(f"out/{name}")
    """) == dedent("""\
        models = {name: train(name) for name in ["gpt2", "facebook/opt-125m"]}
        for name in models:
            models[name].save_pretrained(f"out/{name}-adapter")
            models[name] = models[name].merge_and_unload()
        for name, model in models.items():
            model.save_pretrained(f"out/{name}")
    """)


def test_two_merges_that_reach_one_save_are_both_corrected(fixed: Fixed) -> None:
    assert fixed("""\
        first, second = train("gpt2"), train("facebook/opt-125m")
        first = first.merge_and_unload()
        second = second.merge_and_unload()
        for model, out in [(first, "a"), (second, "b")]:
            model.save_pretrained(out)
    """) == dedent("""\
        first, second = train("gpt2"), train("facebook/opt-125m")
        first.save_pretrained("a-adapter")
        first = first.merge_and_unload()
        second.save_pretrained("b-adapter")
        second = second.merge_and_unload()
        for model, out in [(first, "a"), (second, "b")]:
            model.save_pretrained(out)
    """)


def test_no_fix_where_the_second_round_would_overwrite_the_first(fixed: Fixed) -> None:
    assert (
        fixed("""\
        models = [train("gpt2"), train("facebook/opt-125m")]
        merged = []
        for model in models:
            merged.append(model.merge_and_unload())
        for model, out in zip(merged, ["a", "b"]):
            model.save_pretrained(out)
    """)
        is None
    )


def test_no_fix_where_the_next_round_would_save_the_merged_model_beside_the_adapter(fixed: Fixed) -> None:
    assert (
        fixed("""\
        from operator import methodcaller

        model = train("gpt2")
        for step in [methodcaller("merge_and_unload"), methodcaller("save_pretrained", "out")]:
            model = step(model) or model
    """)
        is None
    )


def test_a_statement_that_merges_and_saves_is_one_round(fixed: Fixed) -> None:
    assert fixed("""\
        model = train("gpt2")
        model.merge_and_unload().save_pretrained("out")
    """) == dedent("""\
        model = train("gpt2")
        model.save_pretrained("out-adapter")
        model.merge_and_unload().save_pretrained("out")
    """)


def test_a_trainer_keeps_the_config_that_one_path_needs() -> None:
    text = """\
import os

from peft import LoraConfig, PeftModel
from transformers import AutoModelForCausalLM
from trl import SFTConfig, SFTTrainer

model = AutoModelForCausalLM.from_pretrained("gpt2")
if os.path.exists("out"):
    model = PeftModel.from_pretrained(model, "out", is_trainable=True)
config = LoraConfig(task_type="CAUSAL_LM")
trainer = SFTTrainer(model, SFTConfig("runs", save_strategy="no"), train_dataset=rows, peft_config=config)
trainer.train()
trainer.save_model("out")
"""
    [finding] = lora_lint.check_source(text)
    assert (finding.name, finding.fix) == ("wrapped-twice", None)
    always = text.replace('if os.path.exists("out"):\n    ', "")
    [finding] = lora_lint.check_source(always)
    assert finding.fix is not None
