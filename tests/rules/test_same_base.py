"""Several wrappers around one base model: of one name, their adapters are the same tensors."""

from __future__ import annotations

import pytest
from tests.changed import changed

from lora_lint import check_source

SCRIPT = """\
import copy
import torch
from peft import LoraConfig, PeftModel, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from transformers import AutoModelForCausalLM


def train(model):
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-3)
    for batch in batches():
        model(**batch).loss.backward()
        optimizer.step()
        optimizer.zero_grad()


config = LoraConfig(target_modules=["q_proj"])
base = AutoModelForCausalLM.from_pretrained("Qwen/Qwen2.5-0.5B")
clients = {who: get_peft_model(base, config) for who in range(3)}
for client in clients.values():
    train(client)
for who, client in clients.items():
    client.save_pretrained(f"out/{who}")
"""
TRAIN = "    train(client)\nfor who"
TWO = """\
one = get_peft_model(base, config)
two = get_peft_model(base, config)
train(one)
train(two)
one.save_pretrained("one")
two.save_pretrained("two")
"""
CLIENTS = SCRIPT[SCRIPT.index("clients =") :]


def found(*changes: tuple[str, str]) -> list[str]:
    return [finding.name for finding in check_source(changed(SCRIPT, *changes))]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([], id="in a dict"),
        pytest.param(
            [
                (
                    "{who: get_peft_model(base, config) for who in range(3)}",
                    "[get_peft_model(base, config) for _ in range(3)]",
                ),
                ("clients.values()", "clients"),
                ("clients.items()", "enumerate(clients)"),
            ],
            id="in a list",
        ),
        pytest.param([(CLIENTS, TWO)], id="in two variables"),
        pytest.param(
            [
                (
                    CLIENTS,
                    TWO.replace('train(two)\none.save_pretrained("one")', 'one.save_pretrained("one")\ntrain(two)'),
                )
            ],
            id="each is saved at once",
        ),
    ],
)
def test_wrappers_of_one_base_that_are_trained_in_turn_share_what_they_learn(changes: list[tuple[str, str]]) -> None:
    assert found(*changes) == ["wrapped-twice"]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(
            [("get_peft_model(base, config) for", "get_peft_model(copy.deepcopy(base), config) for")], id="copies"
        ),
        pytest.param([("get_peft_model(base, config) for", "get_peft_model(base, config, str(who)) for")], id="names"),
        pytest.param(
            [(TRAIN, "    set_peft_model_state_dict(client, first)\n" + TRAIN)], id="each begins with given weights"
        ),
        pytest.param([(TRAIN, "    begin_anew(client)\n" + TRAIN)], id="code that is not seen may do so"),
        pytest.param(
            [(TRAIN, "    for p in client.parameters():\n        p.data.copy_(torch.zeros_like(p))\n" + TRAIN)],
            id="values are put in by hand",
        ),
        pytest.param(
            [
                (
                    CLIENTS,
                    TWO.replace(
                        "two = get_peft_model(base, config)\ntrain(one)\n",
                        "train(one)\none.save_pretrained('one')\ntwo = get_peft_model(base, config)\n",
                    ).replace('train(two)\none.save_pretrained("one")', "train(two)"),
                )
            ],
            id="one after the other",
        ),
        pytest.param([(CLIENTS, TWO.replace("train(two)\n", ""))], id="one is trained"),
        pytest.param([(CLIENTS, TWO.replace("config)\ntrain", "other)\ntrain"))], id="a config that is not known"),
    ],
)
def test_what_is_apart_or_may_be_is_passed_over(changes: list[tuple[str, str]]) -> None:
    assert "wrapped-twice" not in found(*changes)


FOLDS = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForSequenceClassification, Trainer, TrainingArguments

config = LoraConfig(target_modules=["query"], task_type="SEQ_CLS")
base = AutoModelForSequenceClassification.from_pretrained("bert-base-uncased", num_labels=2)
for fold in range(5):
    model = get_peft_model(base, config)
    trainer = Trainer(model=model, args=TrainingArguments("runs", save_strategy="no"), train_dataset=rows[fold])
    trainer.train()
    model.save_pretrained(f"out/{fold}")
"""
LOAD = next(line for line in FOLDS.splitlines() if line.startswith("base"))


def test_a_head_goes_on_from_the_round_before() -> None:
    (finding,) = check_source(FOLDS)
    assert (finding.name, finding.severity, finding.location.row) == ("wrapped-twice", "warning", 7)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (', task_type="SEQ_CLS")', ', task_type="FEATURE_EXTRACTION")'),  # no head is trained along
        ("for fold in range(5):\n", f"for fold in range(5):\n    {LOAD}\n"),
        ("    model.save_pretrained", "    base = model.unload()\n    model = base\n    model.save_pretrained"),
        ("    trainer.train()\n", "    base.classifier.apply(afresh)\n    trainer.train()\n"),
        ("    trainer.train()\n", "    model.load_state_dict(start)\n    trainer.train()\n"),
    ],
)
def test_a_round_whose_head_does_not(old: str, new: str) -> None:
    assert "wrapped-twice" not in {finding.name for finding in check_source(changed(FOLDS, (old, new)))}
