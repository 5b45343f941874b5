"""Trained or not, by the tensors alone: for every method of PEFT whose tensors say so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.runner.tiny import train, wrapped

from lora_lint_runner.child.verify import adapter
from lora_lint_runner.child.verify.learned import ONE_AT_START, ZERO_AT_START

MORE = {
    "ADALORA": {"total_step": 10}, "ADAPTION_PROMPT": {"target_modules": None, "adapter_len": 4, "adapter_layers": 1},
    "IA3": {"feedforward_modules": []}, "BOFT": {"boft_block_size": 4}, "OFT": {"oft_block_size": 4},
    "SHIRA": {"r": 4}, "VERA": {"r": 4}, "PVERA": {"r": 4}, "RANDLORA": {"r": 4}, "PSOFT": {"r": 4}, "MISS": {"r": 4},
}  # fmt: skip
METHODS = sorted({*ZERO_AT_START, *ONE_AT_START})


def config(method: str) -> Any:
    from peft.mapping import PEFT_TYPE_TO_CONFIG_MAPPING

    made = {str(getattr(k, "value", k)): v for k, v in PEFT_TYPE_TO_CONFIG_MAPPING.items()}.get(method)
    if made is None:
        pytest.skip(f"this release of peft has no {method}")
    return made(**{"task_type": "CAUSAL_LM", "target_modules": ["q_proj", "v_proj"], **MORE.get(method, {})})


@pytest.mark.parametrize("method", METHODS)
def test_before_the_first_step_nothing_is_learned(method: str, base: Path, tmp_path: Path) -> None:
    model = wrapped(base, trained=False, config=config(method))
    model.save_pretrained(tmp_path)
    found = adapter.look(str(tmp_path))
    assert found.trained is False
    assert [p for p in found.problems if p.startswith("not trained: all ")]


@pytest.mark.parametrize("method", METHODS)
def test_afterwards_something_is(method: str, base: Path, tmp_path: Path) -> None:
    model = wrapped(base, trained=False, config=config(method))
    train(model)
    model.save_pretrained(tmp_path)
    found = adapter.look(str(tmp_path))
    assert (found.trained, found.problems, found.unchecked) == (True, [], [])


def test_a_prompt_cannot_say(base: Path, tmp_path: Path) -> None:
    from peft import PromptTuningConfig

    wrapped(base, config=PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=4)).save_pretrained(tmp_path)
    found = adapter.look(str(tmp_path))
    assert (found.trained, found.problems) == (None, [])


def test_one_layer_that_learned_nothing_is_a_note(base: Path, tmp_path: Path) -> None:
    import torch

    model = wrapped(base)
    with torch.no_grad():
        model.base_model.model.model.layers[0].self_attn.q_proj.lora_B["default"].weight.zero_()
    model.save_pretrained(tmp_path)
    found = adapter.look(str(tmp_path))
    assert found.trained is True
    assert found.notes == ["1 of 4 lora_B are still zero: model.layers.*.self_attn.q_proj"]


def test_a_target_that_matched_nothing_is_a_note(base: Path, tmp_path: Path) -> None:
    """PEFT only complains where none of the names is found."""
    wrapped(base, target_modules=["q_proj", "query_key_value"]).save_pretrained(tmp_path)
    assert adapter.look(str(tmp_path)).notes == ["target_modules names query_key_value, but no tensor is of it"]


def test_tensors_of_something_else(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import save_file

    save_file({"model.layers.0.weight": torch.ones(2)}, tmp_path / "adapter_model.safetensors")
    (tmp_path / "adapter_config.json").write_text('{"peft_type": "LORA", "target_modules": ["q_proj"]}')
    assert "none of the tensors belongs to an adapter" in adapter.look(str(tmp_path)).problems
