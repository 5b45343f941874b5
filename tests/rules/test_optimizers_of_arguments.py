"""An optimizer of a model that a class is given: nothing is known of it but what the script does with it."""

from __future__ import annotations

import pytest

import lora_lint

TRAINER = """\
import torch
from helpers import make_optimizer, parameter_groups
from peft import LoraConfig, PeftModel, get_peft_model


class Trainer:
    def __init__(self, model, critic, peft_config=None):
        self.model = model
        {before}
        if peft_config is not None:
            self.model = get_peft_model(self.model, peft_config)
        {after}

    def train(self, loader):
        for batch in loader:
            self.model(**batch).loss.backward()
            self.optimizer.step()
            self.optimizer.zero_grad()
        {end}
        self.model.save_pretrained("out")
"""
MADE = "self.optimizer = torch.optim.AdamW({}, lr=1e-4)"
OF_MODEL = MADE.format("model.parameters()")


def found(before: str, after: str = "pass", end: str = "pass") -> list[str]:
    text = TRAINER.format(before=before, after=after, end=end)
    return [finding.name for finding in lora_lint.check_source(text)]


@pytest.mark.parametrize(
    "params",
    [
        "model.parameters()",
        "self.model.parameters()",
        "[p for p in model.parameters() if p.requires_grad]",
        "filter(lambda p: p.requires_grad, model.parameters())",
        '[{"params": [p for n, p in model.named_parameters() if "bias" not in n]}]',
    ],
)
def test_an_adapter_that_is_put_on_later_is_not_held(params: str) -> None:
    assert found(MADE.format(params)) == ["optimizer-before-wrap"]
    assert found("pass", MADE.format(params.replace("model.", "self.model.").replace("self.self", "self"))) == []


@pytest.mark.parametrize(
    "added",
    [
        'self.optimizer.add_param_group({"params": [p for p in self.model.parameters() if p.requires_grad]})',
        "self.optimizer.add_param_group(parameter_groups(self.model))",
        'self.optimizer.param_groups[0]["params"] = list(self.model.parameters())',
        "self.optimizer = make_optimizer(self.model)",
        "parameter_groups(self.optimizer, self.model)",
    ],
)
def test_it_may_be_given_the_adapter_since(added: str) -> None:
    assert found(OF_MODEL, added) == []


def test_one_of_another_model_or_of_a_part_leaves_the_adapter_to_an_optimizer_that_is_not_seen() -> None:
    unseen = "self.unseen = make_optimizer(self.model)"
    assert found(MADE.format("critic.parameters()"), unseen, "self.unseen.step()") == []
    assert found(MADE.format("model.value_head.parameters()"), unseen, "self.unseen.step()") == []
    assert found(MADE.format("parameter_groups(critic)"), unseen, "self.unseen.step()") == []


OF_A_CLASSIFIER = """\
import torch
from helpers import make_optimizer
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForSequenceClassification

model = AutoModelForSequenceClassification.from_pretrained("roberta-base", num_labels=2)
optimizer = torch.optim.AdamW({params}, lr=1e-4)
model = get_peft_model(model, LoraConfig(task_type="SEQ_CLS"))
{more}
for batch in loader:
    model(**batch).loss.backward()
    {step}
model.save_pretrained("out")
"""


@pytest.mark.parametrize("params", ["model.parameters()", "model.classifier.parameters()"])
def test_that_of_a_model_which_is_known_or_of_its_head(params: str) -> None:
    def names(more: str, step: str) -> list[str]:
        text = OF_A_CLASSIFIER.format(params=params, more=more, step=step)
        return [finding.name for finding in lora_lint.check_source(text)]

    assert names("pass", "optimizer.step()") == ["optimizer-before-wrap"]
    assert names("unseen = make_optimizer(model)", "unseen.step(); optimizer.step()") == []
    assert names("unseen = make_optimizer(optimizer)", "unseen.step(); optimizer.step()") == ["optimizer-before-wrap"]


def test_a_model_that_was_adapted_all_along_is_held() -> None:
    text = TRAINER.format(before=OF_MODEL, after="pass", end="pass")
    text = text.replace(
        "self.model = get_peft_model(self.model, peft_config)", "self.model.print_trainable_parameters()"
    )
    asked = text.replace("self.model.print_trainable_parameters()", 'self.model.set_adapter("default")')
    for script in (text, asked):
        assert lora_lint.check_source(script) == []


OWN = """\
import torch
from peft import LoraConfig, get_peft_model


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first = torch.nn.Linear(8, 8)

    def forward(self, x):
        return self.first(x)


def groups(model):
    decay, rest = [], []
    for name, param in model.named_parameters():
        if param.requires_grad:
            (rest if "bias" in name else decay).append(param)
    return [{"params": decay}, {"params": rest, "weight_decay": 0.0}]


def train(model, loader):
    WRAP_EARLY
    optimizer = torch.optim.AdamW(groups(model))
    WRAP_LATE
    for batch in loader:
        model(batch).sum().backward()
        optimizer.step()
        optimizer.zero_grad()
    model.save_pretrained("out")


train(Network(), batches)
"""
WRAP = 'model = get_peft_model(model, LoraConfig(target_modules=["first"]))'


@pytest.mark.parametrize("called", [True, False])
@pytest.mark.parametrize(("line", "names"), [("WRAP_LATE", ["optimizer-before-wrap"]), ("WRAP_EARLY", [])])
def test_a_module_of_the_scripts_own_is_adapted(called: bool, line: str, names: list[str]) -> None:
    text = OWN.replace(line, WRAP).replace("WRAP_LATE", "pass").replace("WRAP_EARLY", "pass")
    text = text if called else text.partition("\n\ntrain(")[0]
    assert [finding.name for finding in lora_lint.check_source(text)] == names
