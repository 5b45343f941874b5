"""Config against tensors: what a load would refuse or pass over is told from names and shapes, and what is right is
not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.runner.tiny import saved_base, train, wrapped

from .saved import Inspect, changed, loads, of, verdict


@pytest.mark.parametrize(
    ("config", "text"),
    [
        ({"r": 16}, "r is 16 in adapter_config.json, but lora_A of model.layers.0.self_attn.q_proj has rank 4"),
        ({"target_modules": ["query_key_value"]}, "names query_key_value, but the tensors are of q_proj, v_proj"),
        ({"target_modules": ".*nothing"}, "target_modules is .*nothing, but the tensors are of q_proj, v_proj"),
        ({"modules_to_save": ["lm_head"]}, "modules_to_save names lm_head, and no tensor is of it"),
    ],
    ids=["rank", "names", "pattern", "modules to save"],
)
def test_settings_that_peft_refuses(lora_lint: Inspect, base: Path, config: dict[str, Any], text: str) -> None:
    wrapped(base).save_pretrained("out")
    changed(**config)
    assert not loads(base)
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert verdict(ran)[:2] == (1, "broken")
    assert text in ran.json["reason"]


def test_a_module_to_save_that_the_base_does_not_have_is_passed_over(lora_lint: Inspect, base: Path) -> None:
    wrapped(base).save_pretrained("out")
    changed(modules_to_save=["embed_out"])
    assert loads(base)
    assert lora_lint("--inspect", "out").exit == 0


def test_a_width_that_the_base_does_not_have(lora_lint: Inspect, base: Path) -> None:
    wrapped(base).save_pretrained("out")
    changed(lambda t: {k: v[:, :16].contiguous() if "lora_A" in k else v for k, v in t.items()})
    assert not loads(base)
    reason = lora_lint("--inspect", "out", "--output-format", "json").json["reason"]
    assert "lora_A of model.layers.0.self_attn.q_proj is made for a width of 16, but the base's weight is" in reason


def test_halves_and_scales_without_which_nothing_is_added(lora_lint: Inspect, base: Path) -> None:
    wrapped(base).save_pretrained("out")
    changed(lora_alpha=0)
    assert "lora_alpha is 0" in lora_lint("--inspect", "out", "--output-format", "json").json["reason"]
    changed(lambda t: {k: v for k, v in t.items() if "lora_A" in k}, lora_alpha=8)
    reason = lora_lint("--inspect", "out", "--output-format", "json").json["reason"]
    assert "4 of 4 modules have a lora_A and no lora_B" in reason


def test_a_layer_that_was_lost_is_a_note(lora_lint: Inspect, base: Path) -> None:
    wrapped(base).save_pretrained("out")
    changed(lambda t: {k: v for k, v in t.items() if "layers.0" in k})
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert ran.exit == 0
    assert "no tensor is of model.layers.1.self_attn.q_proj" in of(ran)["adapter"]["notes"][0]


def test_layers_of_a_checkpoint_that_are_not_loaded_lack_nothing(
    lora_lint: Inspect, base: Path, tmp_path: Path
) -> None:
    """Heads for prediction ahead stand behind the last layer that the config counts."""
    import shutil

    from safetensors.torch import load_file, save_file

    shutil.copytree(base, tmp_path / "ahead")
    weights = load_file(tmp_path / "ahead/model.safetensors")
    more = {key.replace("layers.1.", "layers.2."): value.clone() for key, value in weights.items()}
    save_file({**more, **weights}, tmp_path / "ahead/model.safetensors", metadata={"format": "pt"})
    wrapped(base).save_pretrained("out")
    changed(base_model_name_or_path=str(tmp_path / "ahead"))
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert (ran.exit, of(ran)["adapter"]["notes"]) == (0, [])


def test_a_method_that_nobody_knows_is_left_unchecked(lora_lint: Inspect, base: Path) -> None:
    wrapped(base).save_pretrained("out")
    changed(peft_type="SUPERLORA")
    assert verdict(lora_lint("--inspect", "out", "--output-format", "json"))[:2] == (3, "unchecked")


@pytest.mark.parametrize("start", ["pissa", "olora", "orthogonal", False])
def test_where_the_start_is_not_zero_nobody_can_tell_what_was_trained(
    lora_lint: Inspect, base: Path, start: Any
) -> None:
    wrapped(base, trained=False, init_lora_weights=start).save_pretrained("out")
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert (ran.exit, of(ran)["adapter"]["trained"]) == (0, None)
    assert "no telling whether it was trained" in of(ran)["adapter"]["notes"][0]


@pytest.mark.parametrize(("model", "said"), [("merged", "a merged model lies in the same directory"), ("base", None)])
def test_an_adapter_beside_a_full_model(lora_lint: Inspect, base: Path, model: str, said: str | None) -> None:
    """On the base as it was it is right, on the merged one it counts twice."""
    made = wrapped(base)
    made.save_pretrained("out")
    (made.merge_and_unload() if model == "merged" else made.unload()).save_pretrained("out")
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert (ran.exit, said is None or said in ran.json["reason"]) == (0 if said is None else 1, True)
    assert of(ran)["holds"] == ["adapter", "full model"]
    if said:
        assert lora_lint("--inspect", "out", "--rescue", "adapter").exit == 0


LORA: dict[str, dict[str, Any]] = {
    "DoRA": {"use_dora": True},
    "rsLoRA": {"use_rslora": True, "rank_pattern": {"v_proj": 2}, "alpha_pattern": {"q_proj": 64}},
    "all-linear": {"target_modules": "all-linear"},
    "pattern": {"target_modules": r".*layers\.1.*q_proj"},
    "some layers": {"layers_to_transform": [1]},
    "but one": {"target_modules": "all-linear", "exclude_modules": ["o_proj"]},
    "embedding": {"target_modules": ["embed_tokens", "lm_head", "q_proj"]},
    "head": {"modules_to_save": ["lm_head", "embed_tokens"]},
    "tokens": {"trainable_token_indices": [1, 2]},
    "layers twice": {"layer_replication": [[0, 2], [1, 2]]},
    "bias": {"bias": "all"},
    "a rank beyond the weight's own": {"r": 64, "init_lora_weights": "pissa"},
    "one name too many": {"target_modules": ["q_proj", "query_key_value"]},
    "parameters": {"target_modules": [], "target_parameters": ["q_proj.weight"]},
}


@pytest.mark.parametrize("options", LORA.values(), ids=LORA)
def test_every_shape_of_lora_is_right(lora_lint: Inspect, base: Path, options: dict[str, Any]) -> None:
    wrapped(base, **options).save_pretrained("out")
    assert loads(base)
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert (ran.exit, of(ran)["adapter"]["problems"]) == (0, [])
    assert not [note for note in of(ran)["adapter"]["notes"] if "their like" in note]


def test_adalora_that_has_given_up_ranks_is_right(lora_lint: Inspect, base: Path) -> None:
    import torch
    from peft import AdaLoraConfig

    config = AdaLoraConfig(
        init_r=6, target_r=2, total_step=10, tinit=1, tfinal=1, target_modules=["q_proj", "v_proj"],
        task_type="CAUSAL_LM",
    )  # fmt: skip
    model = wrapped(base, config=config)
    for step in range(10):
        model(input_ids=torch.ones(1, 4, dtype=torch.long), labels=torch.ones(1, 4, dtype=torch.long)).loss.backward()
        model.base_model.update_and_allocate(step)
    model.save_pretrained("out")
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert (ran.exit, of(ran)["adapter"]["problems"]) == (0, [])


def test_convolutions_are_right(lora_lint: Inspect) -> None:
    from peft import LoraConfig, get_peft_model
    from torch import nn

    net = nn.Sequential(nn.Conv2d(4, 8, 3), nn.Conv2d(8, 8, 3, groups=2), nn.Conv1d(8, 8, 3))
    model = get_peft_model(net, LoraConfig(r=4, target_modules=["0", "1", "2"]))
    train(model)
    model.save_pretrained("out")
    assert lora_lint("--inspect", "out", "--output-format", "json").exit == 0


def test_a_head_that_peft_lists_by_itself_is_right(lora_lint: Inspect, llama: Any) -> None:
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForSequenceClassification

    model = AutoModelForSequenceClassification.from_pretrained(saved_base(llama, Path("base")), num_labels=3)
    model = get_peft_model(model, LoraConfig(task_type="SEQ_CLS", target_modules=["q_proj"]))
    train(model)
    model.save_pretrained("out")
    assert lora_lint("--inspect", "out", "--output-format", "json").exit == 0


def test_experts_are_right(lora_lint: Inspect) -> None:
    """Their weights stand in one parameter: a LoRA of rank r has r rows for each of them."""
    from transformers import MixtralConfig

    config = MixtralConfig(
        hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
        vocab_size=128, num_local_experts=4,
    )  # fmt: skip
    experts = saved_base(config, Path("base"))
    parameters = ["mlp.experts.gate_up_proj", "mlp.experts.down_proj"]
    wrapped(experts, target_parameters=parameters, lora_dropout=0.0).save_pretrained("out")
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert (ran.exit, of(ran)["adapter"]["problems"]) == (0, [])
