"""Merged minus base is the scaled product B·A: told from files alone, in the precision of their format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.runner.tiny import saved_base, train, wrapped

from lora_lint_runner.child.observe.merges import before
from lora_lint_runner.child.verify import differing, merged
from lora_lint_runner.child.verify.precision import torch_all
from lora_lint_runner.child.verify.tensors import read


def held(model: Any, base: Path, folder: Path, *adapters: Path) -> merged.Held:
    model.save_pretrained(folder)
    parts = []
    for path in adapters:
        config = json.loads((path / "adapter_config.json").read_text())
        parts.append((torch_all(read(str(path / "adapter_model.safetensors"))), config))
    return merged.holds(torch_all(differing.weights(str(folder))), torch_all(differing.weights(str(base))), parts)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"use_dora": True},
        {"use_rslora": True, "lora_alpha": 32},
        {"rank_pattern": {"v_proj": 8}, "alpha_pattern": {"v_proj": 64}},
        {"target_modules": ["embed_tokens", "q_proj"]},
    ],
    ids=["plain", "dora", "rslora", "patterns", "embedding"],
)
def test_a_merged_model_holds_its_adapter(llama: Any, tmp_path: Path, dtype: str, options: dict[str, Any]) -> None:
    base = saved_base(llama, tmp_path / "base", dtype)
    model = wrapped(base, dtype=dtype, **options)
    model.save_pretrained(tmp_path / "adapter")
    found = held(model.merge_and_unload(), base, tmp_path / "merged", tmp_path / "adapter")
    assert (found.ok, found.text) == (True, "")
    assert found.modules == 4 if "target_modules" not in options else 3


def test_the_scale_is_that_of_the_config_where_a_weight_has_less_rank(base: Path) -> None:
    model = wrapped(base, r=64, lora_alpha=128, init_lora_weights="pissa")
    taken = before(model, None, 0)
    assert taken is not None
    assert merged.holds(model.merge_and_unload().state_dict(), taken.base, taken.adapters).ok


def test_products_that_nearly_cancel_each_other_are_rounded_by_their_own_size() -> None:
    """As where PiSSA's result is turned into an adapter of the original model."""
    chance = torch.Generator().manual_seed(1)
    base, large, first = (torch.randn(16, 16, generator=chance) for _ in range(3))
    a = torch.cat([first * 10, first * 10 + large / 1000])
    b = torch.cat([large, -large], 1)
    adapter = {"base_model.model.m.lora_A.weight": a, "base_model.model.m.lora_B.weight": b}
    config = {"r": 32, "lora_alpha": 32}
    assert merged.holds({"m.weight": base + b @ a}, {"m.weight": base}, [(adapter, config)]).ok
    assert not merged.holds({"m.weight": base + b @ a * 1.1}, {"m.weight": base}, [(adapter, config)]).ok


def test_conv1d_holds_it_too(tmp_path: Path) -> None:
    from transformers import GPT2Config

    base = saved_base(GPT2Config(n_embd=32, n_layer=2, n_head=2, vocab_size=128, n_positions=64), tmp_path / "base")
    model = wrapped(base, target_modules=["c_attn"])
    model.save_pretrained(tmp_path / "adapter")
    assert held(model.merge_and_unload(), base, tmp_path / "merged", tmp_path / "adapter").ok


def test_two_adapters_merged_add_up(base: Path, tmp_path: Path) -> None:
    from peft import LoraConfig

    model = wrapped(base)
    model.add_adapter("second", LoraConfig(r=2, target_modules=["v_proj"], task_type="CAUSAL_LM"))
    model.set_adapter("second")
    train(model)
    model.save_pretrained(tmp_path)
    model = model.merge_and_unload(adapter_names=["default", "second"])
    assert held(model, base, tmp_path / "merged", tmp_path, tmp_path / "second").ok


def test_a_base_that_was_saved_as_merged(base: Path, tmp_path: Path) -> None:
    model = wrapped(base)
    model.save_pretrained(tmp_path / "adapter")
    found = held(model.unload(), base, tmp_path / "merged", tmp_path / "adapter")
    assert (found.ok, found.text) == (False, "4 of 4 modules are as in the base: the adapter is not in them")


def test_an_adapter_that_was_merged_twice(base: Path, tmp_path: Path) -> None:
    from peft import PeftModel

    model = wrapped(base)
    model.save_pretrained(tmp_path / "adapter")
    model = PeftModel.from_pretrained(model.merge_and_unload(), tmp_path / "adapter").merge_and_unload()
    found = held(model, base, tmp_path / "merged", tmp_path / "adapter")
    assert found.ok is False
    assert "merged minus base is not the adapter's B·A" in found.text


def test_other_methods_are_not_compared_weight_by_weight(base: Path, tmp_path: Path) -> None:
    from peft import LoHaConfig

    model = wrapped(base, config=LoHaConfig(target_modules=["q_proj"]))
    model.save_pretrained(tmp_path / "adapter")
    assert held(model.merge_and_unload(), base, tmp_path / "merged", tmp_path / "adapter").ok is None
