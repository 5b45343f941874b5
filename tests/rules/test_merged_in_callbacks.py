"""A callback that leaves the adapter merged in place, with more of the training to come."""

from __future__ import annotations

import pytest

import lora_lint

SCRIPT = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainerCallback, TrainingArguments


class Peek(TrainerCallback):
    def {event}(self, args, state, control, model=None, **kwargs):
        {merge}
        print(model.generate(prompt))
        {then}


model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig())
args = TrainingArguments("out", {args})
trainer = Trainer(model, args, train_dataset=rows, callbacks=[Peek()])
trainer.train()
trainer.save_model()
"""
MERGE, EPOCHS = "model.merge_adapter()", "num_train_epochs=3"


def found(event: str = "on_epoch_end", merge: str = MERGE, then: str = "pass", args: str = EPOCHS) -> list[str]:
    script = SCRIPT.replace("{event}", event).replace("{merge}", merge).replace("{then}", then).replace("{args}", args)
    return [finding.name for finding in lora_lint.check_source(script)]


@pytest.mark.parametrize("event", ["on_epoch_end", "on_step_end"])
@pytest.mark.parametrize("merge", [MERGE, "model.base_model.disable_adapter_layers()"])
def test_the_next_step_trains_nothing(event: str, merge: str) -> None:
    assert found(event, merge) == ["train-while-disabled"]


def test_what_an_evaluation_leaves_merged() -> None:
    assert found("on_evaluate", args='eval_strategy="epoch"') == ["train-while-disabled"]


def test_taken_back_in_time_or_at_the_end() -> None:
    assert found(then="model.unmerge_adapter()") == []
    assert found("on_train_end") == []
    assert found(args="num_train_epochs=1") == []
    assert found(merge=f"if state.epoch == args.num_train_epochs: {MERGE}") == []
