"""A trainer's own `evaluate`, which is run between steps, and its own loss."""

from __future__ import annotations

import pytest

import lora_lint

SCRIPT = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments


class Own(Trainer):
    def {method}:
{body}


model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig())
trainer = Own(model, TrainingArguments("out", {args}), train_dataset=rows, eval_dataset=others)
trainer.train()
trainer.save_model("final")
"""
STEPS, EPOCHS = 'eval_strategy="steps"', 'eval_strategy="epoch"'


def found(method: str, body: str, args: str) -> list[str]:
    lines = "".join(f"        {line}\n" for line in body.splitlines())
    script = SCRIPT.replace("{method}", method).replace("{body}\n", lines).replace("{args}", args)
    return [finding.name for finding in lora_lint.check_source(script)]


def evaluated(before: str, args: str = STEPS) -> list[str]:
    return found("evaluate(self, *args, **kwargs)", f"{before}\nreturn super().evaluate(*args, **kwargs)", args)


MERGE = "self.model.merge_adapter()"


@pytest.mark.parametrize("args", [STEPS, EPOCHS, f"{STEPS}, max_steps=100, eval_steps=10", f"{STEPS}, eval_steps=0.1"])
def test_what_it_leaves_merged_is_trained_so(args: str) -> None:
    assert evaluated(MERGE, args) == ["train-while-disabled"]


def test_what_it_freezes_or_takes_out() -> None:
    assert evaluated("self.model.requires_grad_(False)") == ["frozen-adapter"]
    emptied = evaluated('self.model.merge_and_unload().save_pretrained("merged")')
    assert sorted(emptied) == ["emptied-adapter-saved", "train-after-merge"]


@pytest.mark.parametrize(
    "args",
    [
        'eval_strategy="no"',
        "logging_steps=10",
        "eval_strategy=chosen",
        f"{EPOCHS}, num_train_epochs=1",  # behind the last step
        f"{STEPS}, max_steps=100, eval_steps=100",
        f"{STEPS}, max_steps=100",  # never
        f"{STEPS}, max_steps=most, eval_steps=100",
    ],
)
def test_no_step_may_come_behind_it(args: str) -> None:
    assert evaluated(MERGE, args) == []


@pytest.mark.parametrize(
    "before",
    [
        "self.model.eval()",
        'self.model.save_pretrained("now")',
        'copy.deepcopy(self.model).merge_and_unload().save_pretrained("now")',
        f"if self.state.global_step >= self.args.max_steps:\n    {MERGE}",
    ],
)
def test_what_changes_nothing_for_the_next_step(before: str) -> None:
    assert evaluated(before) == []


def test_taken_back_in_time() -> None:
    body = f"{MERGE}\ntry:\n    return super().evaluate(**kwargs)\nfinally:\n    self.model.unmerge_adapter()"
    assert found("evaluate(self, **kwargs)", body, STEPS) == []


OWN = "super().compute_loss(model, inputs, **kwargs)"


def test_a_step_that_leaves_it_merged() -> None:
    step = f"loss = super().training_step(model, inputs, count)\n{MERGE}\nreturn loss"
    assert found("training_step(self, model, inputs, count=None)", step, "") == ["train-while-disabled"]


LOSS = "compute_loss(self, model, inputs, **kwargs)"


@pytest.mark.parametrize("then", ["return {}", "loss, outputs = {}\nreturn loss"])
def test_the_loss_of_the_base_model_alone(then: str) -> None:
    loss = then.replace("{}", OWN).replace("\n", "\n    ")
    assert found(LOSS, f"with model.disable_adapter():\n    {loss}", "") == ["train-while-disabled"]


@pytest.mark.parametrize(
    "body",
    [
        f"return {OWN}",
        f"with model.disable_adapter():\n    ref = super().compute_loss(model, inputs)\nreturn {OWN} - ref",
        f"with torch.no_grad(), model.disable_adapter():\n    ref = model(**inputs).loss\nreturn {OWN} - ref",
    ],
)
def test_a_loss_that_the_adapter_has_a_part_in(body: str) -> None:
    assert found(LOSS, body, "") == []
