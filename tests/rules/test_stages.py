"""Stages of one script: the merged model of one is the base model of the next."""

from __future__ import annotations

import pytest

from lora_lint import check_source

SCRIPT = """\
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM
from trl import DPOConfig, DPOTrainer, SFTConfig, SFTTrainer

BASE = "Qwen/Qwen2.5-0.5B"
QUIET = {"save_strategy": "no"}

trainer = SFTTrainer(BASE, args=SFTConfig("a", **QUIET), train_dataset=rows, peft_config=LoraConfig())
trainer.train()
trainer.model.merge_and_unload().save_pretrained("merged")

base = AutoModelForCausalLM.from_pretrained("merged")
trainer = DPOTrainer(base, args=DPOConfig("b", **QUIET), train_dataset=pairs, peft_config=LoraConfig())
trainer.train()
trainer.save_model("adapter")
"""
LOADED = 'base = AutoModelForCausalLM.from_pretrained("merged")\n'
SECOND = SCRIPT[SCRIPT.index("trainer = DPOTrainer") :]


def found(*changes: tuple[str, str], then: str = "") -> list[str]:
    text = SCRIPT + then
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return [finding.name for finding in check_source(text)]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([], id="by a trainer"),
        pytest.param([(LOADED, ""), ("DPOTrainer(base", 'DPOTrainer("merged"')], id="by name"),
        pytest.param(
            [
                ("train_dataset=pairs, peft_config=LoraConfig())", "train_dataset=pairs)"),
                (LOADED, LOADED + "base = get_peft_model(base, LoraConfig())\n"),
            ],
            id="wrapped by the script",
        ),
    ],
)
def test_a_merged_model_on_which_the_next_adapter_is_trained_is_what_was_wanted(changes: list[tuple[str, str]]) -> None:
    assert found(*changes) == []


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([(SECOND, "print(base.generate(**question))\n")], id="only tried out"),
        pytest.param([(LOADED + SECOND, "")], id="not loaded"),
        pytest.param([('from_pretrained("merged")', "from_pretrained(BASE)")], id="the next one begins anew"),
    ],
)
def test_the_adapter_is_missed_where_no_stage_follows(changes: list[tuple[str, str]]) -> None:
    assert found(*changes) == ["save-after-merge"]


FROM = "model = AutoModelForCausalLM.from_pretrained({})\n"
PUT = 'model = PeftModel.from_pretrained(model, "adapter")\nprint(model.generate(**question))\n'


def test_the_second_adapter_goes_with_the_merged_model_of_the_first() -> None:
    assert found(then=FROM.format("BASE") + PUT) == ["adapter-on-other-base"]
    assert found(then=FROM.format('"merged"') + PUT) == []


@pytest.mark.parametrize(
    ("changes", "then"),
    [
        pytest.param([], FROM.format('"somewhere/else"') + PUT, id="what may be a copy of it"),
        pytest.param(
            [("trainer.model.merge_and_unload()", 'trainer.save_model("first")\ntrainer.model.merge_and_unload()')],
            FROM.format("BASE") + 'model = PeftModel.from_pretrained(model, "first").merge_and_unload()\n' + PUT,
            id="merged anew",
        ),
        pytest.param(
            [('.save_pretrained("merged")', ".save_pretrained(out)"), ('("merged")', "(merged)")],
            FROM.format("BASE") + PUT,
            id="directories of which nothing is known",
        ),
    ],
)
def test_it_may_fit_what_the_script_does_not_tell_apart(changes: list[tuple[str, str]], then: str) -> None:
    assert "adapter-on-other-base" not in found(*changes, then=then)


def test_a_stage_behind_the_adapters_own_may_train_what_the_script_has_besides() -> None:
    """A prompt of its own: the adapter is frozen on purpose, as it has been trained. Before, it would stay as made."""
    head = """\
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
prompt = torch.nn.Parameter(torch.zeros(4, 768))

def fit(weights):
    optimizer = torch.optim.AdamW(weights)
    for step in range(4):
        model(inputs_embeds=prompt[None], labels=torch.ones(1, 4).long()).loss.backward()
        optimizer.step()

"""
    own = "fit([p for p in model.parameters() if p.requires_grad])\n"
    rest = 'for p in model.parameters():\n    p.requires_grad_(False)\nfit([prompt])\nmodel.save_pretrained("out")\n'
    assert not check_source(head + own + rest)
    frozen = rest.replace("[prompt]", "model.parameters()")
    assert [finding.name for finding in check_source(head + frozen)] == ["frozen-adapter"]
