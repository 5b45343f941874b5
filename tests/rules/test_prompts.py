"""A prompt changes no layer, so nothing merges it: scripts for several methods ask in their own ways which it is."""

from __future__ import annotations

import pytest

import lora_lint

SEVERAL = """\
import argparse
from peft import (
    IA3Config, LoraConfig, LoraModel, PeftType, PrefixTuningConfig, PromptLearningConfig, PromptTuningConfig,
    get_peft_model,
)
from transformers import AutoModelForCausalLM, Trainer

parser = argparse.ArgumentParser()
parser.add_argument("--method")
method = parser.parse_args().method
CONFIGS = {
    "prompt": PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=8),
    "prefix": PrefixTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=8),
    "lora": LoraConfig(task_type="CAUSAL_LM"),
    "ia3": IA3Config(task_type="CAUSAL_LM"),
}
config = CONFIGS[method]
model = get_peft_model(AutoModelForCausalLM.from_pretrained("facebook/opt-350m"), config)
Trainer(model).train()
model.save_pretrained("out")
"""

IN_THEIR_WAYS = [
    "not config.is_prompt_learning",
    "not model.active_peft_config.is_prompt_learning",
    'not model.peft_config["default"].is_prompt_learning',
    "not getattr(model.active_peft_config, 'is_prompt_learning', False)",
    "model.peft_type == PeftType.LORA",
    "model.peft_type in {PeftType.LORA, PeftType.IA3}",
    "config.peft_type not in (PeftType.PROMPT_TUNING, PeftType.PREFIX_TUNING)",
    'config.peft_type.value == "LORA"',
    "isinstance(model.active_peft_config, LoraConfig)",
    'not isinstance(model.peft_config["default"], PromptLearningConfig)',
    "isinstance(model.base_model, LoraModel)",
    'hasattr(model, "merge_and_unload")',
    'hasattr(model.base_model, "merge_and_unload")',
    'method not in ("prompt", "prefix")',
    '{"prompt": False, "prefix": False, "lora": True, "ia3": True}[method]',
]


def found(text: str) -> list[str]:
    return [f.name for f in lora_lint.check_source(text) if f.severity == "error"]


@pytest.mark.parametrize("test", IN_THEIR_WAYS)
def test_who_asks_for_the_method_first_merges_what_has_layers(test: str) -> None:
    assert found(f'{SEVERAL}if {test}:\n    model.merge_and_unload().save_pretrained("merged")\n') == []


@pytest.mark.parametrize("test", ["config.is_prompt_learning", "not isinstance(model.base_model, LoraModel)", "True"])
def test_who_asks_the_wrong_thing_does_not(test: str) -> None:
    ask = f'{SEVERAL}if {test}:\n    model.merge_and_unload().save_pretrained("merged")\n'
    assert found(ask) == ["unknown-peft-method"]


def test_a_method_is_of_the_kind_of_the_one_it_is_built_on() -> None:
    adalora = SEVERAL.replace("IA3Config(", "AdaLoraConfig(total_step=9, ").replace("IA3Config,", "AdaLoraConfig,")
    ask = "if not isinstance(config, LoraConfig):\n    model.merge_adapter()\n"
    assert found(adalora + ask) == ["unknown-peft-method"]  # with the prompts, and there alone
    only = adalora.replace("CONFIGS[method]", 'CONFIGS["ia3"]')
    assert "unknown-peft-method" not in found(only + ask)


def test_what_is_reached_with_some_methods_only_is_not_said_of_others() -> None:
    table = "def keep(m): m.save_pretrained('kept')\ndef fold(m): m.merge_and_unload().save_pretrained('merged')\n"
    short = '{"pr": keep, "lo": fold, "ia": fold}[method[:2]](model)\n'
    assert found(SEVERAL + table + short) == []


def test_of_a_config_that_was_loaded_it_is_not_known_which_it_is() -> None:
    loaded = """
from peft import LoraConfig, PeftModel
from transformers import AutoModelForCausalLM
model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained("facebook/opt-350m"), "adapter")
if isinstance(model.peft_config["default"], LoraConfig):
    model = model.merge_and_unload()
    model.merge_adapter()
"""
    assert found(loaded) == ["peft-op-on-plain-model"]


SWITCHED = """\
import torch
from peft import AdaptionPromptConfig, IA3Config, LoraConfig, PrefixTuningConfig, PromptTuningConfig, get_peft_model
from transformers import AutoModelForCausalLM

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), {config})
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for batch in batches():
    model(**batch).loss.backward()
    optimizer.step()
model.save_pretrained("out")
"""


@pytest.mark.parametrize(
    ("config", "names"),
    [
        ('LoraConfig(task_type="CAUSAL_LM", inference_mode=True)', ["inference-mode-config"]),
        ('IA3Config(task_type="CAUSAL_LM", inference_mode="False")', ["inference-mode-config"]),
        ('LoraConfig(task_type="CAUSAL_LM", inference_mode="")', []),
        ('LoraConfig(task_type="CAUSAL_LM", inference_mode=unknown)', []),
        ('PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=8, inference_mode=True)', []),
        ('PrefixTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=8, inference_mode="False")', []),
        ('AdaptionPromptConfig(task_type="CAUSAL_LM", adapter_len=8, adapter_layers=2, inference_mode=True)', []),
    ],
)
def test_inference_mode_freezes_no_prompt(config: str, names: list[str]) -> None:
    assert [f.name for f in lora_lint.check_source(SWITCHED.replace("{config}", config))] == names
