"""Loops in which each round has an adapter of its own: folds that are compared, rounds that are added up."""

from __future__ import annotations

import pytest

import lora_lint

FOLDS = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForSequenceClassification, Trainer, TrainingArguments

scores = []
for train, test in folds:
    base = AutoModelForSequenceClassification.from_pretrained("google-bert/bert-base-uncased", num_labels=2)
    model = get_peft_model(base, LoraConfig(task_type="SEQ_CLS"))
    trainer = Trainer(model, TrainingArguments("out", save_strategy="no"), train_dataset=train, eval_dataset=test)
    trainer.train()
    scores.append(trainer.evaluate()["eval_loss"])
print(sum(scores) / len(scores))
"""
LOOP = "for train, test in folds:\n"

RELORA = """\
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

config = LoraConfig(r=4)
model = get_peft_model(AutoModelForCausalLM.from_pretrained("facebook/opt-350m"), config)
optimizer = torch.optim.AdamW(model.parameters())
for step, batch in enumerate(batches, 1):
    model(**batch).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    if step % 1000 == 0:
        model = get_peft_model(model.merge_and_unload(), config)
        optimizer = torch.optim.AdamW(model.parameters())
model.merge_and_unload().save_pretrained("out")
"""


def found(text: str, *changes: tuple[str, str]) -> list[str]:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return [finding.name for finding in lora_lint.check_source(text)]


def test_of_a_cross_validation_the_scores_are_wanted() -> None:
    assert found(FOLDS) == []


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([('scores.append(trainer.evaluate()["eval_loss"])', "scores.append(0)")], id="nothing is tried"),
        pytest.param([("print(sum(scores) / len(scores))", "print(max(scores))")], id="the best is wanted"),
        pytest.param([(LOOP, "if folds:\n    train, test = folds[0]\n")], id="one adapter"),
        pytest.param([("print(sum", 'tokenizer.save_pretrained("out")\nprint(sum')], id="its tokenizer is saved"),
    ],
)
def test_an_adapter_is_wanted(changes: list[tuple[str, str]]) -> None:
    assert found(FOLDS, *changes) == ["adapter-never-saved"]


def test_the_sum_of_many_rounds_is_the_model() -> None:
    assert found(RELORA) == []


def test_one_adapter_that_is_merged_is_lost() -> None:
    again = RELORA[RELORA.index("    if step") : RELORA.index("model.merge_and_unload().save")]
    assert found(RELORA, (again, "")) == ["save-after-merge"]


def test_an_adapter_that_a_further_training_adds_is_lost() -> None:
    """The first is merged in before another training with another loss: it is no round of that."""
    again = RELORA[RELORA.index("    if step") : RELORA.index("model.merge_and_unload().save")]
    further = """\
model = get_peft_model(model.merge_and_unload(), config)
optimizer = torch.optim.AdamW(model.parameters())
for pair in pairs:
    loss = preference(model(**pair), pair)
    loss.backward()
    optimizer.step()
"""
    assert found(RELORA, (again, further)) == ["save-after-merge"]


def test_two_trainings_by_one_function_are_no_rounds() -> None:
    twice = """\
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM


def fit(model):
    optimizer = torch.optim.AdamW(model.parameters())
    for batch in batches:
        model(**batch).loss.backward()
        optimizer.step()


model = get_peft_model(AutoModelForCausalLM.from_pretrained("facebook/opt-350m"), LoraConfig())
fit(model)
model.save_pretrained("first")
model = get_peft_model(model.merge_and_unload(), LoraConfig())
fit(model)
model.merge_and_unload().save_pretrained("out")
"""
    assert found(twice) == ["save-after-merge"]
    rounds = "for _ in range(2):\n    fit(model)\n    model = get_peft_model(model.merge_and_unload(), LoraConfig())\n"
    again = "model = get_peft_model(model.merge_and_unload(), LoraConfig())\n"
    first = f"fit(model)\nmodel.save_pretrained('first')\n{again}".replace("'", '"')
    assert found(twice, (first, rounds)) == []
