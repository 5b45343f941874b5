"""What is trained in full beside an adapter's layers (`modules_to_save`, new tokens) belongs into its file, under the
names that PEFT saves it by."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.runner.tiny import saved_base, train, wrapped

from .saved import FILE, Inspect, changed, loads, of, verdict


def without(word: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda tensors: {key: tensor for key, tensor in tensors.items() if word not in key}


def classifier(llama: Any) -> None:
    """An adapter of a base whose checkpoint has no head: its class adds one."""
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForSequenceClassification

    model = AutoModelForSequenceClassification.from_pretrained(saved_base(llama, Path("base")), num_labels=3)
    model = get_peft_model(model, LoraConfig(task_type="SEQ_CLS", target_modules=["q_proj"]))
    train(model)
    model.save_pretrained("out")


def test_whether_a_class_adds_the_head_that_is_not_there_is_left_unchecked(lora_lint: Inspect, llama: Any) -> None:
    classifier(llama)
    changed(without("score."))
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert verdict(ran)[:2] == (3, "unchecked")
    assert "whether the base has classifier or score, which modules_to_save names" in ran.json["reason"]
    assert of(ran)["adapter"]["unsaved"] == ["classifier", "score"]


def test_so_is_one_where_the_base_is_not_here(lora_lint: Inspect, base: Path) -> None:
    wrapped(base, modules_to_save=["lm_head"]).save_pretrained("out")
    changed(without("lm_head."), base_model_name_or_path="nobody/nothing")
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert verdict(ran)[:2] == (3, "unchecked")
    assert "whether the base has lm_head" in ran.json["reason"]


def test_new_tokens_without_their_rows(lora_lint: Inspect, base: Path) -> None:
    wrapped(base, trainable_token_indices=[1, 2]).save_pretrained("out")
    assert lora_lint("--inspect", "out").exit == 0
    changed(without("trainable_tokens"))
    assert not loads(base)
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert verdict(ran)[:2] == (1, "broken")
    assert "trainable_token_indices names tokens, and no tensor is of them" in ran.json["reason"]


@pytest.mark.parametrize("options", [{"modules_to_save": ["lm_head"]}, {"trainable_token_indices": [1, 2]}])
def test_names_of_the_models_own_state_dict_are_written_right(
    lora_lint: Inspect, base: Path, options: dict[str, Any]
) -> None:
    from safetensors.torch import load_file, save_file

    model = wrapped(base, **options)
    model.save_pretrained("out")
    trained = {name for name, weight in model.named_parameters() if weight.requires_grad}
    save_file({k: v.contiguous() for k, v in model.state_dict().items() if k in trained}, FILE)
    assert not loads(base)
    ran = lora_lint("--inspect", "out", "--rescue", "rescued", "--output-format", "json")
    assert (ran.exit, ran.json["verdict"], ran.json["rescued"]["ok"]) == (0, "broken", True)
    assert "as in the state_dict of the model" in ran.json["reason"]
    model.save_pretrained("right")
    assert load_file("rescued/adapter_model.safetensors").keys() == load_file("right/adapter_model.safetensors").keys()
