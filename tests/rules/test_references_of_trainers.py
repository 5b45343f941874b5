"""What a trainer is given for its reference: a model of its own, or the one that the adapter was put into."""

from __future__ import annotations

import pytest

import lora_lint

SCRIPT = """\
import copy
import sys
from peft import LoraConfig, PromptTuningConfig, get_peft_model
from transformers import AutoModelForCausalLM, HfArgumentParser
from trl import DPOConfig, DPOTrainer, create_reference_model

NAME = "Qwen/Qwen2.5-0.5B"


class Own(DPOTrainer):
    {own}


base = AutoModelForCausalLM.from_pretrained(NAME)
{before}
model = get_peft_model(base, {config})
trainer = {trainer}(model, {reference}, args={args}, train_dataset=rows)
trainer.train()
model.save_pretrained("out")
"""
USUAL = {
    "own": "pass",
    "before": "",
    "config": 'LoraConfig(task_type="CAUSAL_LM")',
    "trainer": "DPOTrainer",
    "reference": "base",
    "args": 'DPOConfig("checkpoints")',
}
SHARED = ["reference-shares-adapter"]
PARSED = "HfArgumentParser(DPOConfig).parse_args_into_dataclasses()[0]"


def found(**parts: str) -> list[str]:
    findings = lora_lint.check_source(SCRIPT.format(**{**USUAL, **parts}), config=lora_lint.Config(preview=True))
    return [finding.name for finding in findings]


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param({}, id="the variable from before the wrap"),
        pytest.param({"reference": "ref_model=base"}, id="by its name"),
        pytest.param({"reference": "model.get_base_model()"}, id="asked for"),
        pytest.param({"trainer": "Own"}, id="a class that changes nothing of it"),
        pytest.param({"args": 'DPOConfig("checkpoints", precompute_ref_log_probs=False)'}, id="run in each step"),
    ],
)
def test_the_base_model_answers_as_the_model_that_is_trained(parts: dict[str, str]) -> None:
    assert found(**parts) == SHARED


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param({"reference": "None"}, id="none"),
        pytest.param({"reference": "AutoModelForCausalLM.from_pretrained(NAME)"}, id="loaded anew"),
        pytest.param({"before": "kept = copy.deepcopy(base)", "reference": "kept"}, id="copied before the wrap"),
        pytest.param({"before": "kept = create_reference_model(base)", "reference": "kept"}, id="copied by trl"),
        pytest.param({"reference": "base if sys.argv[1:] else None"}, id="none on another path"),
        pytest.param({"args": 'DPOConfig("out", precompute_ref_log_probs=True)'}, id="run before the training"),
        pytest.param({"args": PARSED}, id="the command line says when it is run"),
        pytest.param(
            {"trainer": "Own", "own": "def compute_loss(self, *args): return loss(self.model, self.ref_model)"},
            id="a class that says what it does with it",
        ),
        pytest.param({"config": 'PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=8)'}, id="a prompt"),
    ],
)
def test_a_reference_that_keeps_its_weights_is_one(parts: dict[str, str]) -> None:
    assert found(**parts) == []
